import type { Atom } from './atoms.ts';

/** One request: registers (or bits) start … start + count − 1 and the atoms that it serves. */
export interface Block {
  readonly start: number;
  readonly count: number;
  readonly atoms: readonly Atom[];
}

export interface PlanRules {
  /** Most registers (or bits) in one request. Larger atoms get a request of their own; configuration refuses them. */
  readonly maxCount: number;
  /** Most unused registers (or bits) between two atoms of one request. */
  readonly maxGap: number;
  /** What a request costs beside its data, in milliseconds of the device's or bus's time. */
  readonly requestMs: number;
  /** What each register (or bit) costs, in milliseconds. */
  readonly elementMs: number;
  /** Addresses that no request may cross: between the register before and this one the device wants two requests. */
  readonly barriers: ReadonlySet<number>;
  /** Atoms read alone, because they are under suspicion. */
  readonly alone: ReadonlySet<number>;
  /** Registers (or bits) that the device refuses; no request may cover one. */
  readonly refused: readonly { readonly first: number; readonly end: number }[];
}

/**
 * Covers all atoms of one area with the cheapest requests. The cost of reading registers that nobody wants is weighed
 * against the cost of one request more; limits, refusals and barriers always hold. Each atom is in exactly one block.
 */
export function planReads(atoms: readonly Atom[], rules: PlanRules): Block[] {
  const isAlone = (atom: Atom): boolean => rules.alone.has(atom.id);
  const sorted = atoms.filter((atom) => !isAlone(atom)).sort((a, b) => a.first - b.first || a.end - b.end);
  return [...atoms.filter(isAlone).map((atom) => blockOf([atom])), ...cheapest(sorted, rules)];
}

const blockOf = (atoms: readonly Atom[]): Block => {
  const start = Math.min(...atoms.map((atom) => atom.first));
  return { start, count: Math.max(...atoms.map((atom) => atom.end)) - start, atoms };
};

/** The two halves of a block, for finding what in it the device refuses; undefined when it can't be halved. */
export function halve({ atoms }: Block): readonly [Block, Block] | undefined {
  if (atoms.length < 2) return undefined;
  const middle = Math.ceil(atoms.length / 2);
  return [blockOf(atoms.slice(0, middle)), blockOf(atoms.slice(middle))];
}

/** Dynamic programming over the atoms in address order: the best plan up to each, from the best plans before it. */
function cheapest(sorted: readonly Atom[], rules: PlanRules): Block[] {
  let furthest = 0;
  const reach = sorted.map((atom) => (furthest = Math.max(furthest, atom.end)));
  const best: { readonly cost: number; readonly from: number }[] = [{ cost: 0, from: 0 }];
  for (let last = 0; last < sorted.length; last += 1) {
    let chosen = { cost: Infinity, from: last };
    for (const { from, count } of blocksEndingAt(sorted, reach, last, rules)) {
      const cost = (best[from]?.cost ?? 0) + rules.requestMs + count * rules.elementMs;
      if (cost < chosen.cost) chosen = { cost, from };
    }
    best.push(chosen);
  }
  const blocks: Block[] = [];
  for (let end = sorted.length; end > 0;) {
    const from = best[end]?.from ?? end - 1;
    blocks.push(blockOf(sorted.slice(from, end)));
    end = from;
  }
  return blocks.toReversed();
}

/** Every allowed block whose last atom is `last`, the atom alone first. `reach[i]` is the furthest end up to atom i. */
function* blocksEndingAt(sorted: readonly Atom[], reach: readonly number[], last: number, rules: PlanRules) {
  let end = 0;
  let nextFirst = -Infinity;
  let openGapTo = -Infinity;
  for (let from = last; from >= 0; from -= 1) {
    const atom = sorted[from];
    if (!atom) return;
    end = Math.max(end, atom.end);
    const count = end - atom.first;
    if (from < last) {
      if (count > rules.maxCount || isForbidden(atom.first, end, rules)) return;
      if (nextFirst - (reach[from] ?? 0) > rules.maxGap) return;
      // A longer atom further to the left may still cover this gap.
      if (nextFirst - atom.end > rules.maxGap) openGapTo = Math.max(openGapTo, nextFirst);
      if (openGapTo - atom.end <= rules.maxGap) openGapTo = -Infinity;
    }
    nextFirst = atom.first;
    if (openGapTo === -Infinity) yield { from, count };
  }
}

function isForbidden(first: number, end: number, { barriers, refused }: PlanRules): boolean {
  for (const barrier of barriers) if (first < barrier && barrier < end) return true;
  return refused.some((span) => span.first < end && first < span.end);
}
