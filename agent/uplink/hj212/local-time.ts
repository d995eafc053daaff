/** Times of a zone as HJ 212 writes them: `20261124113000`, with `ms` three digits more. */
export function createLocalTime(timeZone: string): (ms: number, unit: 's' | 'ms') => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (ms, unit) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const names = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
    const text = names.map((name) => parts.get(name) ?? '').join('');
    return unit === 's' ? text : text + String(((ms % 1000) + 1000) % 1000).padStart(3, '0');
  };
}
