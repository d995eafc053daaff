import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserTokenType } from 'node-opcua-client';
import type { UserIdentityInfo } from 'node-opcua-client';
import type { UserOptions } from './security-schema.ts';

/**
 * Our application URI: made once and kept, because the client certificate carries it and servers know us by both. It
 * holds no host name, so that renaming the box does not end the trust of every server.
 */
export async function applicationUri(stateDir: string, source: string): Promise<string> {
  const file = path.join(stateDir, 'application-uri');
  try {
    await writeFile(file, `urn:firewatch:${source}:${randomUUID()}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}

/** Secrets are revealed here, at the last moment. */
export function identityOf(user: UserOptions | undefined): UserIdentityInfo {
  if (!user) return { type: UserTokenType.Anonymous };
  if ('name' in user) return { type: UserTokenType.UserName, userName: user.name, password: user.password.reveal() };
  return {
    type: UserTokenType.Certificate,
    certificateData: derOf(user.certificate.reveal()),
    privateKey: user.key.reveal(),
  };
}

const derOf = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
