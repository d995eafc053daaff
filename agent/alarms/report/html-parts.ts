/** One cell of a table. */
export interface Cell {
  readonly text: string;
  readonly isNumber?: boolean;
  /** Marked, and not by colour alone: it is printed in grey. */
  readonly isMissed?: boolean;
}

const replaced: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML that is nothing but this text. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (mark) => replaced[mark] ?? mark);

export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = ({ text, isNumber, isMissed }: Cell): string => {
    const names = [isNumber === true ? 'number' : '', isMissed === true ? 'missed' : ''].filter(Boolean).join(' ');
    return `<td${names === '' ? '' : ` class="${names}"`}>${escaped(text)}</td>`;
  };
  const head = columns.map((column) => `<th>${escaped(column)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}
