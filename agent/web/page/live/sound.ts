import { computed, ref, watch } from 'vue';
import { lastAlarm, overview } from './live.ts';
import type { Priority } from './shapes.ts';

/** Two notes for what is urgent, one for the rest; higher is more urgent. Hertz */
const notes: Readonly<Record<Priority, readonly number[]>> = {
  critical: [988, 740, 988],
  high: [880, 659],
  medium: [587],
  low: [440],
};
const NOTE_S = 0.18;
const AGAIN_MS = 2500;
const priorities: readonly Priority[] = ['critical', 'high', 'medium', 'low'];

/** Browsers sound nothing before somebody has allowed it by a click. */
export const isSoundOn = ref(false);
/** True from a new alarm until it is silenced or nothing waits any more. */
const isCalling = ref(false);
export const isSounding = computed(() => isSoundOn.value && isCalling.value);

let audio: AudioContext | undefined;
let timer: ReturnType<typeof setInterval> | undefined;

export async function switchSound(): Promise<void> {
  isSoundOn.value = !isSoundOn.value;
  if (!isSoundOn.value) return;
  audio ??= new AudioContext();
  await audio.resume();
  // Heard at once, so that whoever switched it on knows that it works.
  play('low');
}

/** Quiet until the next new alarm; nothing is acknowledged by it. */
export function silence(): void {
  isCalling.value = false;
}

const worstWaiting = (): Priority | undefined =>
  priorities.find((priority) => (overview.value?.alarms[priority].unacknowledged ?? 0) > 0);

function play(priority: Priority): void {
  if (!audio) return;
  for (const [index, hertz] of notes[priority].entries()) {
    const at = audio.currentTime + index * NOTE_S;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.linearRampToValueAtTime(0, at + NOTE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + NOTE_S);
  }
}

watch(
  lastAlarm,
  (record) => {
    if (record?.body.event === 'raised') isCalling.value = true;
  },
  { flush: 'sync' },
);
watch(overview, () => {
  if (worstWaiting() === undefined) isCalling.value = false;
});
watch(isSounding, (sounds) => {
  clearInterval(timer);
  if (!sounds) return;
  const call = (): void => play(worstWaiting() ?? lastAlarm.value?.body.priority ?? 'low');
  call();
  timer = setInterval(call, AGAIN_MS);
});
