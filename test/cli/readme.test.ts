import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));
const textOf = (name: string) => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');

/** Every command line that a document shows, without `npx`. */
const commandsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:npx |`)(firewatch [a-z][^`\n]*)/g)].map(([, line = '']) => line.trim());

const helps = new Map<string, string>();

function helpOf(...words: string[]): string {
  const key = words.join(' ');
  const help = helps.get(key) ?? execFileSync(process.execPath, [main, ...words, '--help'], { encoding: 'utf8' });
  helps.set(key, help);
  return help;
}

/** Addresses of nobody, so that a command is understood and ends at once. */
const nowhere = (line: string): readonly string[] =>
  line
    .replaceAll(/192\.0\.2\.\d+:\d+/g, '127.0.0.1:1')
    .split(/\s+/)
    .slice(1);

describe.each(['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md'])('%s', (name) => {
  it('leads to files and shows pictures that there are', () => {
    const targets = [...textOf(name).matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !existsSync(new URL(`../../${target}`, import.meta.url)))).toEqual([]);
  });

  it('shows commands for a device whose options are understood', () => {
    const lines = commandsOf(textOf(name)).filter((line) => line.includes('192.0.2.'));
    expect(lines.length).toBeGreaterThan(1);
    const outcomes = lines.map((line) => [line, spawnSync(process.execPath, [main, ...nowhere(line)]).status]);
    // 1: nobody answers there. 2 would be wrong use.
    expect(outcomes).toEqual(lines.map((line) => [line, 1]));
  }, 300_000);
});

describe.each(['README.md', 'README.zh-CN.md'])('%s', (name) => {
  it('shows commands and options that there are', () => {
    const lines = commandsOf(textOf(name));
    expect(lines.length).toBeGreaterThan(10);
    const wrong = lines.flatMap((line) => {
      const [, command = '', second = ''] = line.split(/\s+/);
      const words = ['opcua', 'modbus', 'onvif', 'status'].includes(second) ? [command, second] : [command];
      const help = helpOf(...words);
      const options = [...line.matchAll(/--[a-z-]+/g)].map(([option]) => option);
      return [`Usage: firewatch ${words.join(' ')}`, ...options].flatMap((part) =>
        help.includes(part) ? [] : [`${line}: ${part}`],
      );
    });
    expect(wrong).toEqual([]);
  }, 300_000);

  it('tells of every command', () => {
    const shown = new Set(commandsOf(textOf(name)).map((line) => line.split(/\s+/)[1]));
    const there = [...helpOf().matchAll(/^ {2}([a-z]+)[ [<]/gm)]
      .map(([, word]) => word)
      .filter((word) => word !== 'help');
    expect(there.length).toBeGreaterThan(10);
    expect(there.filter((word) => !shown.has(word))).toEqual([]);
  });
});
