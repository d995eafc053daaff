import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Runs the independent server and resolves with what it printed when ready: its port or path. */
export async function pymodbusServer(
  ...args: readonly string[]
): Promise<{ ready: string; stop: () => Promise<void> }> {
  const script = new URL('pymodbus_server.py', import.meta.url).pathname;
  const child = spawn('/usr/bin/python3', ['-W', 'ignore', script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const firstLine = createInterface(child.stdout)[Symbol.asyncIterator]().next();
  const line = await Promise.race([firstLine, ended]);
  if (!line || line.done) throw new Error(`pymodbus did not start: ${complaints}`);
  return {
    ready: line.value,
    stop: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}
