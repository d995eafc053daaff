/** Whether a path contains this text; `*` stands for any text, case does not matter. */
export function pathFilter(filter: string | undefined): (path: string) => boolean {
  if (filter === undefined || filter === '') return () => true;
  const literal = filter.replaceAll(/[.+^${}()|[\]\\?]/g, String.raw`\$&`).replaceAll(/\*+/g, '.*');
  const pattern = new RegExp(literal, 'iu');
  return (path) => pattern.test(path);
}
