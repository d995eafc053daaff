import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configOf, head, loadText } from './site-folder.ts';

const folder = new URL('../../config/receivers/', import.meta.url);
const examples = globSync('*/example.yaml', { cwd: folder.pathname });

describe('an example of a receiver', () => {
  it.for(examples)('%s passes the check as it stands', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const secrets = [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, key = '']) => [key, 'correct-horse'] as const);
    const loaded = loadText(head + text, { env: Object.fromEntries(secrets) });
    expect(configOf(loaded).receivers.length).toBeGreaterThan(0);
    expect(loaded.warnings).toEqual([]);
  });

  it('is there for each of several ways', () => expect(examples.length).toBeGreaterThan(0));
});
