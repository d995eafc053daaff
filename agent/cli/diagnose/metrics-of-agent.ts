import { existsSync, readFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const WAIT_MS = 3000;

/**
 * What the running agent tells Prometheus, which needs no account. Over TLS only a page with the certificate that the
 * box made for itself is believed. Rejects where there is no page or it does not answer.
 *
 * @param page its address, from the heartbeat
 * @param directory where the box keeps its certificate
 */
export function metricsOfAgent(page: string | undefined, directory: string): Promise<string> {
  if (page === undefined) throw new Error('no agent runs here that serves a page');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const url = `${page}/metrics`;
  const options = { timeout: WAIT_MS, agent: false };
  const request = page.startsWith('https:')
    ? httpsGet(url, { ...options, ca: own(directory), checkServerIdentity: () => undefined })
    : httpGet(url, options);
  request.on('response', (response) => {
    if (response.statusCode === 200) resolve(text(response));
    else reject(new Error(`${url} answered ${response.statusCode}`));
  });
  request.on('timeout', () => request.destroy(new Error(`${url} did not answer within ${WAIT_MS / 1000} s`)));
  request.on('error', reject);
  return promise;
}

function own(directory: string): string {
  const file = join(directory, 'page-certificate.pem');
  if (!existsSync(file)) throw new Error('the page has a certificate that is not known here');
  const [certificate = ''] =
    /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/.exec(readFileSync(file, 'utf8')) ?? [];
  return certificate;
}
