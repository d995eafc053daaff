import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface SnapshotRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca?: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** GETs a JSON list. Throws with the reason; aborting is one. */
export async function fetchList(asked: SnapshotRequest, signal: AbortSignal): Promise<readonly unknown[]> {
  const text = await get(asked, signal);
  const json: unknown = JSON.parse(text);
  if (!Array.isArray(json)) throw new Error('the answer is no list');
  return json as readonly unknown[];
}

function get({ url, headers, ca, timeoutMs, maxBytes }: SnapshotRequest, signal: AbortSignal): Promise<string> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      // A connection of its own that ends with the answer, so that nothing is left to release.
      {
        method: 'GET',
        headers: { ...headers, accept: 'application/json' },
        agent: false,
        signal: either,
        ...(ca !== undefined && { ca }),
      },
      (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        if (response.statusCode !== 200) {
          response.resume();
          return reject(new Error(`HTTP ${response.statusCode}`));
        }
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size > maxBytes) call.destroy(new Error(`the answer is longer than ${maxBytes} bytes`));
          else parts.push(part);
        });
        response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end();
  });
}
