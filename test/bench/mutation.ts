/** Repeatable random numbers (mulberry32): a failure can be found again by its seed. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export type Mutation = 'none' | 'byte' | 'bits' | 'insert' | 'delete' | 'cut' | 'noise';

const mutations: readonly Mutation[] = ['none', 'byte', 'bits', 'insert', 'delete', 'cut', 'noise'];

export const anyMutation = (pick: (below: number) => number): Mutation => mutations[pick(mutations.length)] ?? 'none';

/** What a line does to bytes: one wrong, some bits wrong, one more, one less, the end lost, nothing but noise. */
export function mutate(bytes: Buffer, mutation: Mutation, pick: (below: number) => number): Buffer {
  const changed = Buffer.from(bytes);
  const at = pick(bytes.length);
  switch (mutation) {
    case 'none':
      return changed;
    case 'byte':
      changed[at] = pick(256);
      return changed;
    case 'bits':
      for (let count = 2 + pick(3); count > 0; count -= 1) {
        const place = pick(bytes.length);
        changed[place] = (changed[place] ?? 0) ^ (1 << pick(8));
      }
      return changed;
    case 'insert':
      return Buffer.concat([changed.subarray(0, at), Buffer.from([pick(256)]), changed.subarray(at)]);
    case 'delete':
      return Buffer.concat([changed.subarray(0, at), changed.subarray(at + 1)]);
    case 'cut':
      return changed.subarray(0, at);
    case 'noise':
      return Buffer.from(Array.from({ length: 1 + pick(40) }, () => pick(256)));
    default:
      return mutation satisfies never;
  }
}
