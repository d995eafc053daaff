/**
 * Where a character of a text stands in the YAML that the text was read from. Folding, indentation and block headers
 * change nothing but blanks, so what is no blank is counted on both sides.
 *
 * @param start where the scalar begins in the source: its first character, its quote, or its `|` or `>`
 * @param offset into the text as read
 */
export function offsetInScalar(source: string, start: number, text: string, offset: number): number {
  const opening = source.charAt(start);
  const quote = opening === '"' || opening === "'" ? opening : '';
  const isBlock = opening === '|' || opening === '>';
  let at = isBlock ? source.indexOf('\n', start) + 1 : start + quote.length;
  let left = text.slice(0, offset).replaceAll(/\s/g, '').length;
  const isAtEnd = offset >= text.trimEnd().length;
  while (at < source.length) {
    if (left === 0 && isAtEnd) return at;
    if (/\s/.test(source.charAt(at))) {
      at += 1;
      continue;
    }
    if (left === 0) return at;
    at += widthAt(source, at, quote);
    left -= 1;
  }
  return start;
}

const escapes: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/** Characters that stand for one character of the text. */
function widthAt(source: string, at: number, quote: string): number {
  if (quote === "'" && source.startsWith("''", at)) return 2;
  if (quote === '"' && source.charAt(at) === '\\') return escapes[source.charAt(at + 1)] ?? 2;
  return 1;
}
