import type { AlarmOverlay } from '#agent/model/alarm.ts';
import type { PlantAlarm, PlantAlarmChange } from '#agent/model/plant-alarm.ts';

export type StandingAlarms = Map<string, PlantAlarm>;

type KnownAlarm = Omit<PlantAlarm, 'change'>;

/** As the server tells it; a disabled alarm's state is unknown. */
export type ToldAlarm = Omit<KnownAlarm, 'state'> & { readonly state: PlantAlarm['state'] | undefined };

/** More than any plant shows at once; what is beyond is told, but its vanishing goes unnoticed. */
const MOST_STANDING = 20_000;

/** Knows which alarms of the plant stand, and so what a message about one changes. */
export interface PlantAlarmBook {
  /** What is new in it; undefined for what is known already. Without a state the last one known holds on. */
  readonly take: (told: ToldAlarm) => PlantAlarm | undefined;
  /** The server begins to tell every alarm that stands. */
  readonly beginRefresh: () => void;
  /** It has told all. Returns those that stood before and were not among them; none when some may have been lost on the way. */
  readonly endRefresh: () => PlantAlarm[];
  /** Messages were lost: what the refresh under way does not tell may stand nevertheless. */
  readonly doubt: () => void;
}

/** @param standing - outlives the connection, so that what happened meanwhile is told as a change */
export function createPlantAlarmBook(standing: StandingAlarms): PlantAlarmBook {
  let refreshed: Set<string> | undefined;
  let isDoubtful = false;
  return {
    take({ state, ...rest }) {
      refreshed?.add(rest.alarm);
      const before = standing.get(rest.alarm);
      const told = { ...rest, state: state ?? before?.state ?? 'normal' };
      const change = changeOf(before, told, refreshed !== undefined);
      if (!told.isRetained) standing.delete(told.alarm);
      else if (before || standing.size < MOST_STANDING)
        standing.set(told.alarm, { ...told, change: change ?? 'changed' });
      return change && { ...told, change };
    },
    beginRefresh() {
      refreshed = new Set();
      isDoubtful = false;
    },
    endRefresh() {
      const told = refreshed;
      refreshed = undefined;
      if (!told || isDoubtful) return [];
      const vanished = [...standing.values()].filter(({ alarm }) => !told.has(alarm));
      for (const { alarm } of vanished) standing.delete(alarm);
      return vanished.map((alarm) => ({ ...alarm, change: 'vanished', state: 'normal', isRetained: false }));
    },
    doubt() {
      isDoubtful = true;
    },
  };
}

const isActive = ({ state }: Pick<PlantAlarm, 'state'>): boolean =>
  state === 'unacknowledged' || state === 'acknowledged';
const isUnacknowledged = ({ state }: Pick<PlantAlarm, 'state'>): boolean =>
  state === 'unacknowledged' || state === 'returned';

const overlayBegins: Readonly<Record<Exclude<AlarmOverlay, 'none'>, PlantAlarmChange>> = {
  'out-of-service': 'removed-from-service',
  suppressed: 'suppressed',
  shelved: 'shelved',
};
const overlayEnds: Readonly<Record<Exclude<AlarmOverlay, 'none'>, PlantAlarmChange>> = {
  'out-of-service': 'returned-to-service',
  suppressed: 'unsuppressed',
  shelved: 'unshelved',
};

const particulars = ['message', 'severity', 'quality', 'time', 'isConfirmed', 'isRetained'] as const;

function changeOf(before: PlantAlarm | undefined, now: KnownAlarm, isRefresh: boolean): PlantAlarmChange | undefined {
  if (!before && isRefresh && now.isRetained) return 'standing';
  if (isActive(now) && !(before && isActive(before))) return 'raised';
  if (!before) return 'changed';
  if (!isActive(now) && isActive(before)) return 'cleared';
  if (isUnacknowledged(now) && !isUnacknowledged(before)) return 'raised';
  if (isUnacknowledged(before) && !isUnacknowledged(now)) return 'acknowledged';
  if (now.overlay !== before.overlay)
    return now.overlay === 'none'
      ? overlayEnds[before.overlay as keyof typeof overlayEnds]
      : overlayBegins[now.overlay];
  if (now.isConfirmed === true && before.isConfirmed === false) return 'confirmed';
  return particulars.some((particular) => now[particular] !== before[particular]) ? 'changed' : undefined;
}
