import type { ChainedEntry } from '#agent/journal/export-audit.ts';
import type { StreamVerdict } from '#agent/journal/verify.ts';

/** One line for a person. */
export function auditText({ time, who, action, what, detail }: ChainedEntry): string {
  const facts = Object.entries(detail ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [new Date(time).toISOString(), who === '' ? '-' : who, action, what, ...facts].join('  ');
}

/** The links of an export, by the number of their entry. Throws where it is no export. */
export function keptLinksIn(text: string): ReadonlyMap<number, string> {
  const links = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [, csvSeq, csvChain] = /^(\d+),.*,([0-9a-f]{64})$/.exec(line) ?? [];
    const [, seq = csvSeq] = /^\{"seq":(\d+),/.exec(line) ?? [];
    const [, chain = csvChain] = /"chain":"([0-9a-f]{64})"\}$/.exec(line) ?? [];
    if (seq !== undefined && chain !== undefined) links.set(Number(seq), chain);
  }
  if (links.size === 0)
    throw new Error('the file to compare with holds no entry: it must be one that "audit export" wrote');
  return links;
}

/** Numbers of entries whose kept link is another in the journal, or that the journal lacks although it has older ones. */
export function linksThatDiffer(
  kept: ReadonlyMap<number, string>,
  entries: Iterable<ChainedEntry>,
  first: number,
): readonly number[] {
  const missing = new Set([...kept.keys()].filter((seq) => seq >= first));
  const differ: number[] = [];
  for (const { seq, chain } of entries) {
    if (!missing.delete(seq)) continue;
    if (kept.get(seq) !== chain) differ.push(seq);
  }
  return [...differ, ...missing].toSorted((a, b) => a - b);
}

/** What `audit verify` prints. */
export function chainText(
  verdict: StreamVerdict & { readonly isSound: boolean },
  compared: { readonly kept: number; readonly differ: readonly number[] } | undefined,
): readonly string[] {
  const { isSound, records, first, last, chainBreaks, damaged, unexplained, chainEnd } = verdict;
  const ranges = (some: readonly { readonly first: number; readonly last: number }[]): string =>
    some.map((one) => (one.first === one.last ? String(one.first) : `${one.first} to ${one.last}`)).join(', ');
  return [
    records === 0 ? 'no entries' : `${records} entries, ${first} to ${last}, chain ends with ${chainEnd}`,
    ...(chainBreaks.length > 0
      ? [`the chain is broken at ${chainBreaks.join(', ')}: an entry before was changed`]
      : []),
    ...(damaged.length > 0 ? [`damaged: ${ranges(damaged)}`] : []),
    ...(unexplained.length > 0 ? [`missing without a reason: ${ranges(unexplained)}`] : []),
    ...(compared
      ? [`${compared.kept} kept links compared; other in the journal: ${compared.differ.join(', ') || 'none'}`]
      : []),
    isSound && (compared?.differ.length ?? 0) === 0 ? 'sound' : 'NOT sound',
  ];
}
