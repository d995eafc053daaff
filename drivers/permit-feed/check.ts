import type { ConfigIssue } from '#config/source-kind.ts';
import type { PermitFeedOptions } from './schema.ts';

/** Keys that belong together. */
export function check({ transport, permits, registers, roster }: PermitFeedOptions): readonly ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  if (transport.kind === 'http' && (transport.cert === undefined) !== (transport.key === undefined))
    issues.push({
      path: ['transport', transport.cert ? 'cert' : 'key'],
      what: transport.cert ? 'a certificate without its key' : 'a key without its certificate',
      why: 'HTTPS needs both',
      todo: 'write both, or neither for plain HTTP',
    });
  if (transport.kind === 'http-pull' && (transport.username === undefined) !== (transport.password === undefined))
    issues.push({
      path: ['transport', transport.username === undefined ? 'password' : 'username'],
      what: 'a login with one half',
      why: 'basic authentication needs a username and a password',
      todo: 'write both, or neither',
    });
  if (roster && !(transport.kind === 'file' || (transport.kind === 'http-pull' && transport.cursor === undefined)))
    issues.push({
      path: ['roster'],
      what: 'this transport tells a roster in parts',
      why: 'who is missing in a part would be taken for nobody',
      todo: 'read it from a source of its own: http-pull without cursor, or file',
    });
  if (permits.length === 0 && registers.length === 0 && !roster)
    issues.push({
      path: [],
      what: 'nothing is read',
      why: 'a feed without permits, registers and roster tells nothing',
      todo: 'say under permits, registers or roster how records are read',
    });
  return issues;
}
