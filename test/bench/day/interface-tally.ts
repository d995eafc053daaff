import type { ProvincialPlatform } from '#simulators/receiver/platform/provincial-platform.ts';

/** What became of one interface of the platform in a day. */
export interface InterfaceTally {
  readonly name: string;
  /** Records that are there at the end, deleted ones among them. */
  readonly there: number;
  /** Records that it took, versions and repeats counted. */
  readonly accepted: number;
  readonly rejected: number;
  /** Of what was accepted: a later version of, or a repeat of, an id that it had. */
  readonly resent: number;
  /** Ids that were rejected and taken later. */
  readonly repaired: number;
  /** Ids that were rejected and never taken. */
  readonly unrepaired: number;
  /** Rejected because the parent was not there. */
  readonly orphans: number;
}

/** Counts by the platform's own log, in the order of the first request of each interface. */
export function tallyInterfaces(platform: ProvincialPlatform): readonly InterfaceTally[] {
  const logs = Map.groupBy(platform.received, ({ message }) => message);
  return [...logs].map(([name, requests]) => {
    const taken = new Map<string, number>();
    const refused = new Map<string, number>();
    let orphans = 0;
    for (const request of requests) {
      const why = new Map(request.refused.map(({ id, msg }) => [id, msg]));
      for (const record of request.records) {
        const id = String(record['id'] ?? record['thirdId']);
        const into = why.has(id) ? refused : taken;
        into.set(id, (into.get(id) ?? 0) + 1);
        if (why.get(id)?.includes('上级数据不存在') === true) orphans += 1;
      }
    }
    const accepted = sum(taken);
    const repaired = [...refused.keys()].filter((id) => taken.has(id)).length;
    return {
      name,
      there: platform.held(name).size,
      accepted,
      rejected: sum(refused),
      resent: accepted - taken.size,
      repaired,
      unrepaired: refused.size - repaired,
      orphans,
    };
  });
}

const sum = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((one, other) => one + other, 0);
