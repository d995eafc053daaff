/** What was found, as entries of lists of a site file: YAML, indented by two. */
export interface Addition {
  readonly sources: readonly string[];
  readonly points: readonly string[];
}

const lists = ['sources', 'points'] as const;

/** As it is pasted into a file that has none of these lists. */
export const additionText = (addition: Addition): string =>
  lists.flatMap((list) => (addition[list].length > 0 ? [`${list}:`, ...addition[list]] : [])).join('\n');

/**
 * A site file with further entries at the end of its lists; a list that it has not is made at its end. A list that is not
 * written as a block (`points: []`) is left to the check, which says where it stands twice.
 */
export const withAddition = (text: string, addition: Addition): string =>
  lists.reduce((so, list) => (addition[list].length > 0 ? withEntries(so, list, addition[list]) : so), text);

function withEntries(text: string, list: string, entries: readonly string[]): string {
  const lines = text.replace(/\n*$/, '').split('\n');
  const head = lines.findIndex((line) => new RegExp(String.raw`^${list}:\s*(#.*)?$`).test(line));
  if (head < 0) return `${lines.join('\n')}\n\n${list}:\n${entries.join('\n')}\n`;
  let end = head + 1;
  // The list goes on while lines are indented, or are entries that stand at the margin.
  for (let at = end; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (/^\s*(#.*)?$/.test(line)) continue;
    if (!/^(\s|- |-$)/.test(line)) break;
    end = at + 1;
  }
  const indent = /^( *)-/.exec(lines.slice(head + 1, end).find((line) => /^ *-/.test(line)) ?? '  -')?.[1] ?? '  ';
  const own = entries.flatMap((entry) => entry.split('\n').map((line) => line.replace(/^ {2}/, indent)));
  return [...lines.slice(0, end), ...own, ...lines.slice(end), ''].join('\n');
}
