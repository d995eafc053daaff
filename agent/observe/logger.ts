import { destination, pino, stdTimeFunctions } from 'pino';
import type { Logger } from 'pino';
import { prettyLine } from './pretty-line.ts';
import { CENSOR, redactedPaths, withoutCredentials } from './redaction.ts';

export interface LoggerOptions {
  /** `silent` writes nothing. Default `info`. */
  readonly level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Readable lines in place of JSON. Default: when stderr is a terminal. */
  readonly pretty?: boolean;
  /** Takes whole lines. Default: stderr, written at once, so that the last words before a crash are there. */
  readonly write?: (line: string) => void;
  /** Hears each line as JSON besides, without secrets. */
  readonly keep?: (line: string) => void;
}

/**
 * The agent's log, to stderr: stdout belongs to what a command was asked for.
 *
 * One JSON object a line with `time` (ISO, UTC), `level` and `msg`; what it is about stands in fields of the same words
 * everywhere: `source`, `kind`, `point`, `alarm`, `receiver`, `state`; an error in `err`. Secrets are replaced, by field
 * name and inside addresses.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', pretty = process.stderr.isTTY } = options;
  const stderr = options.write ? undefined : destination({ dest: 2, sync: true });
  const write = options.write ?? ((line: string) => void stderr?.write(line));
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...redactedPaths], censor: CENSOR },
    },
    {
      write: (json: string) => {
        const line = withoutCredentials(json);
        write(pretty ? prettyLine(line) : line);
        options.keep?.(line);
      },
    },
  );
}
