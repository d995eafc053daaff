import type { ConfigIssue } from '#config/source-kind.ts';
import type { PermitFeedOptions } from './schema.ts';

/** Keys that belong together. */
export function check({ transport, permits, registers }: PermitFeedOptions): readonly ConfigIssue[] {
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
  if (permits.length === 0 && registers.length === 0)
    issues.push({
      path: [],
      what: 'nothing is read',
      why: 'a feed without permits and registers tells nothing',
      todo: 'say under permits or registers how records are read',
    });
  return issues;
}
