import { spawn } from 'node:child_process';
import type { Credentials } from '../http-digest/digest.ts';

export interface FirstFrameTarget {
  readonly uri: string;
  readonly host: string;
  readonly credentials: Credentials | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The program; another one in tests. */
  readonly program?: string;
}

const MAX_OUTPUT = 4_096;

/**
 * Whether a picture of the stream can be decoded, by ffprobe over TCP. Undefined where it is not installed. The program
 * is ended when the time is up, whatever it does.
 */
export function firstFrame(target: FirstFrameTarget): Promise<boolean | undefined> {
  const { credentials, timeoutMs, signal, program = 'ffprobe' } = target;
  const url = new URL(target.uri);
  url.hostname = target.host;
  if (credentials) {
    url.username = encodeURIComponent(credentials.user);
    url.password = encodeURIComponent(credentials.password);
  }
  const wanted = [
    '-select_streams',
    'v:0',
    '-read_intervals',
    '%+#1',
    '-show_entries',
    'frame=width',
    '-of',
    'csv=p=0',
  ];
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const child = spawn(program, ['-v', 'error', '-rtsp_transport', 'tcp', ...wanted, url.href], {
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    child.stdout.on('data', (part: Buffer) => {
      output = `${output}${part.toString('latin1')}`.slice(0, MAX_OUTPUT);
    });
    child.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ENOENT' ? undefined : false));
    child.on('close', () => resolve(/^\d+/m.test(output)));
  });
}
