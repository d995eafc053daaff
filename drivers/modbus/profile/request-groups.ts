import { areas, isBitArea, type Area } from '../value-type.ts';
import type { RawWord } from './channel-reader.ts';

/** Registers further apart than this are not worth one request, even for a status beside its value. */
const FURTHEST = 32;

export interface GroupLimits {
  readonly maxRegisters: number;
  readonly maxBits: number;
  /** What lies between the registers of a channel can be read too. */
  readonly isSolid: boolean;
}

interface Span {
  readonly area: Area;
  readonly first: number;
  end: number;
  readonly words: number[];
}

/**
 * The group of each word: what is read in one request. The registers of a channel come together where they fit and stand side
 * by side, or near each other in a device without holes: a group can't be halved when a device refuses what lies between.
 * The words of one value always come together. Registers that channels share are read once, by themselves.
 */
export function requestGroups(
  words: readonly RawWord[],
  channel: string,
  limits: GroupLimits,
): readonly (string | undefined)[] {
  const groups: (string | undefined)[] = words.map(() => undefined);
  const furthest = limits.isSolid ? FURTHEST : 0;
  let number = 0;
  let open: { readonly area: Area; readonly first: number; end: number } | undefined;
  for (const { area, first, end, words: own } of spansOf(words)) {
    const most = isBitArea(area) ? limits.maxBits : limits.maxRegisters;
    if (open?.area === area && end - open.first <= most && first - open.end <= furthest) {
      open.end = Math.max(open.end, end);
    } else {
      number += 1;
      open = { area, first, end };
    }
    for (const index of own) groups[index] = `${channel} ${number}`;
  }
  return groups;
}

/** The channel's own registers in the order in which they stand. */
function spansOf(words: readonly RawWord[]): readonly Span[] {
  const spans = new Map<string, Span>();
  for (const [index, { area, register, isShared, of }] of words.entries()) {
    if (isShared) continue;
    const span = spans.get(of) ?? { area, first: register, end: register, words: [] };
    span.end = register + 1;
    span.words.push(index);
    spans.set(of, span);
  }
  return [...spans.values()].toSorted((a, b) => areas.indexOf(a.area) - areas.indexOf(b.area) || a.first - b.first);
}
