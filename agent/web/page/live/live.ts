import { computed, ref, shallowRef, watch } from 'vue';
import { session } from './session.ts';
import type { AlarmRecord, OverviewView, Sample } from './shapes.ts';

/** The last overview; kept while the connection is away, with {@link isConnected} false. */
export const overview = shallowRef<OverviewView>();
export const isConnected = ref(false);
/** Counts transitions of alarms, for views that ask again when something happened. */
export const alarmNews = ref(0);
/** The newest transition; every one passes here, in order. */
export const lastAlarm = shallowRef<AlarmRecord>();
/** Last values of the points that a view watches. */
export const values = shallowRef<ReadonlyMap<string, Sample>>(new Map());

const watched = ref<readonly string[]>([]);
const watchedKey = computed(() => watched.value.join(','));
let source: EventSource | undefined;

/** What an address may hold before a server refuses it, with room for cookies. Characters */
const LONGEST_ADDRESS = 11_000;

/**
 * From now on values of these points come, each when it changes, at most once a second. Returns how many of them do: the
 * rest does not fit into the address and is to be asked for again now and then.
 */
export function watchValues(points: readonly string[]): number {
  let length = 0;
  const tooMany = points.findIndex((id) => (length += encodeURIComponent(id).length + 1) > LONGEST_ADDRESS);
  watched.value = tooMany < 0 ? points : points.slice(0, tooMany);
  return watched.value.length;
}

/** Listens while somebody may see the site. */
export function startLive(): void {
  watch([() => session.value?.role ?? null, watchedKey], ([role, points]) => open(role === null ? undefined : points), {
    immediate: true,
  });
}

function open(points: string | undefined): void {
  source?.close();
  source = undefined;
  isConnected.value = false;
  if (points === undefined) return;
  const after = lastAlarm.value === undefined ? '' : `&after=${lastAlarm.value.seq}`;
  const opened = new EventSource(`api/live?points=${points.split(',').map(encodeURIComponent).join(',')}${after}`);
  source = opened;
  opened.addEventListener('error', () => {
    isConnected.value = false;
  });
  opened.addEventListener('overview', (event) => {
    isConnected.value = true;
    overview.value = JSON.parse(event.data as string) as OverviewView;
  });
  opened.addEventListener('alarm', (event) => {
    lastAlarm.value = JSON.parse(event.data as string) as AlarmRecord;
    alarmNews.value += 1;
  });
  opened.addEventListener('values', (event) => {
    const changed = JSON.parse(event.data as string) as readonly Sample[];
    values.value = new Map([...values.value, ...changed.map((sample) => [sample.point, sample] as const)]);
  });
}
