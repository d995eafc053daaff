import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a process asked of its files, in order. Paths are absolute. */
export type Operation =
  | { readonly type: 'write'; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly type: 'truncate'; readonly path: string; readonly size: number }
  /** The file (or directory) is on the disk with all that was asked before. */
  | { readonly type: 'sync'; readonly path: string }
  | { readonly type: 'rename'; readonly from: string; readonly to: string }
  | { readonly type: 'remove'; readonly path: string }
  /** What the process had said to the world by then. */
  | { readonly type: 'said'; readonly text: string };

const CALLS = 'openat,pwrite64,write,ftruncate,fsync,fdatasync,rename,unlink';

/** Runs a program under a tracer and tells what it did below `directory`, with every byte. */
export function recordWrites(
  args: readonly string[],
  { directory, work }: { directory: string; work: string },
): Operation[] {
  const trace = join(work, 'trace');
  const tracing = ['-f', '-y', '-xx', '-s', '1000000', '-e', `trace=${CALLS}`, '-e', 'signal=none', '-o', trace];
  const { status, stderr } = spawnSync('strace', [...tracing, process.execPath, ...args], { maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`the recorded program ended with ${status}: ${String(stderr)}`);
  const positions = new Map<string, number>();
  return mainCalls(readFileSync(trace, 'latin1')).flatMap((call) => operationOf(call, directory, positions));
}

interface Call {
  readonly name: string;
  readonly args: string;
  readonly result: string;
}

/** Of the first process, calls that others interrupted put together again. */
function mainCalls(trace: string): Call[] {
  const lines = trace.split('\n');
  const main = lines[0]?.split(' ')[0] ?? '';
  let begun = '';
  return lines.flatMap((line): Call[] => {
    if (!line.startsWith(`${main} `)) return [];
    const text = line.slice(main.length).trimStart();
    const unfinished = text.indexOf(' <unfinished ...>');
    if (unfinished >= 0) {
      begun = text.slice(0, unfinished);
      return [];
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text);
    const whole = resumed ? begun + text.slice(resumed[0].length) : text;
    const parts = /^(\w+)\((.*)\)\s+= (.*)$/.exec(whole);
    return parts ? [{ name: parts[1] ?? '', args: parts[2] ?? '', result: parts[3] ?? '' }] : [];
  });
}

const bytesOf = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');
const strings = (args: string): Buffer[] => [...args.matchAll(/"((?:\\x..)*)"/g)].map(([, text = '']) => bytesOf(text));
const fileOf = (args: string): string => {
  const [, hex = ''] = /^\d+<((?:\\x..)*)>/.exec(args) ?? [];
  return bytesOf(hex).toString();
};

function operationOf({ name, args, result }: Call, directory: string, positions: Map<string, number>): Operation[] {
  if (result.startsWith('-1')) return [];
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = strings(args);
  if (name === 'write' && args.startsWith('1<')) return [{ type: 'said', text: first.toString() }];
  const path = fileOf(args);
  const isOurs = (each: string): boolean => each === directory || each.startsWith(`${directory}/`);
  switch (name) {
    case 'openat': {
      const opened = first.toString();
      if (!isOurs(opened) || !args.includes('O_TRUNC')) return [];
      positions.set(opened, 0);
      return [{ type: 'truncate', path: opened, size: 0 }];
    }
    case 'pwrite64': {
      const at = Number(args.slice(args.lastIndexOf(',') + 1));
      return isOurs(path) ? [{ type: 'write', path, at, bytes: first }] : [];
    }
    case 'write': {
      if (!isOurs(path)) return [];
      const at = positions.get(path) ?? 0;
      positions.set(path, at + first.length);
      return [{ type: 'write', path, at, bytes: first }];
    }
    case 'ftruncate':
      return isOurs(path) ? [{ type: 'truncate', path, size: Number(args.slice(args.lastIndexOf(',') + 1)) }] : [];
    case 'rename':
      return isOurs(first.toString()) ? [{ type: 'rename', from: first.toString(), to: second.toString() }] : [];
    case 'unlink':
      return isOurs(first.toString()) ? [{ type: 'remove', path: first.toString() }] : [];
    default:
      return isOurs(path) ? [{ type: 'sync', path }] : [];
  }
}
