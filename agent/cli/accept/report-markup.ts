import type { Text } from '#agent/model/alarm.ts';
import type { Verdict } from './outcome.ts';
import { verdictWords } from './report-words.ts';

export const tableOf = (head: readonly Text[], rows: readonly string[]): string =>
  `<table><thead><tr>${head.map((one) => `<th>${both(one)}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`;

export const verdictCell = (verdict: Verdict): string =>
  `<td class="verdict-cell ${verdict}">${both(verdictWords[verdict])}</td>`;

/** Chinese first. */
export const both = ({ zh, en }: Text, between = ' '): string =>
  `${escaped(zh)}${between}<span class="en">${escaped(en)}</span>`;

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
