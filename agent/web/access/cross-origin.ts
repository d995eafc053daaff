import type { IncomingHttpHeaders } from 'node:http';

/**
 * True where a browser says that a page of another origin made it ask. Programs send neither header. Behind a proxy that
 * renames the host `Sec-Fetch-Site` still tells the truth; `Origin` is for browsers that do not send it.
 */
export function isCrossOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}
