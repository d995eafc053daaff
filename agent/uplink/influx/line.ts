/** One line of InfluxDB line protocol: a measurement, its tags, its fields, a time. */
export interface Line {
  readonly measurement: string;
  /** Absent and empty ones are left out: the protocol has no empty tag. */
  readonly tags: Readonly<Record<string, string | undefined>>;
  /** A number is a float, a bigint an integer. At least one is there. */
  readonly fields: Readonly<Record<string, number | bigint | boolean | string | undefined>>;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
}

export function formatLine({ measurement, tags, fields, time }: Line): string {
  const key = [
    escapeMeasurement(measurement),
    // Sorted, as InfluxDB advises for speed.
    ...Object.entries(tags)
      .filter(([, value]) => value !== undefined && value !== '')
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value = '']) => `${escapeTag(name)}=${escapeTag(value)}`),
  ].join(',');
  const values = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${escapeTag(name)}=${formatField(value)}`],
  );
  return `${key} ${values.join(',')} ${time}\n`;
}

function formatField(value: number | bigint | boolean | string): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'bigint') return `${value}i`;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A line ends at a line feed, wherever it stands outside of quotes. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');

const escapeMeasurement = (text: string): string => oneLine(text).replaceAll(/[, ]/g, String.raw`\$&`);

/**
 * Keys and values of tags, keys of fields. A backslash stands for itself there and escapes only what follows it, so that
 * it can't be told before one of those characters, nor at the end: it becomes a slash.
 */
const escapeTag = (text: string): string =>
  oneLine(text)
    .replaceAll(/\\(?=[,= \\]|$)/g, '/')
    .replaceAll(/[,= ]/g, String.raw`\$&`);
