const LEVELS: Readonly<Record<string, string>> = {
  trace: '\u001B[90mtrace\u001B[39m',
  debug: '\u001B[90mdebug\u001B[39m',
  info: '\u001B[32minfo \u001B[39m',
  warn: '\u001B[33mwarn \u001B[39m',
  error: '\u001B[31merror\u001B[39m',
  fatal: '\u001B[31mfatal\u001B[39m',
};

/** One JSON log line as a person at a terminal reads it: time, level, message, then the fields. */
export function prettyLine(json: string): string {
  const { time, level, msg, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const clock = typeof time === 'string' ? time.slice(11, 23) : '';
  const facts = Object.entries(fields).map(([name, value]) => `${name}=${compact(value)}`);
  const head = [clock, LEVELS[String(level)] ?? String(level), compact(msg ?? ''), ...facts].join(' ');
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : '';
  return `${head}${stack}\n`;
}

const compact = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
