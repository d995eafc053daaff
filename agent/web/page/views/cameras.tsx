import type { CameraView } from '#agent/model/camera.ts';
import { computed, defineComponent, onScopeDispose, ref } from 'vue';
import { useRoute } from 'vue-router';
import { CameraCard } from '../cameras/camera-card.tsx';
import { cameraVerdict } from '../cameras/camera-health.ts';
import { EvidenceList } from '../cameras/evidence-list.tsx';
import { get } from '../live/api.ts';
import { session } from '../live/session.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { t } from '../words/words.ts';

const EVERY_MS = 5000;
const order = { ill: 0, unknown: 1, well: 2 } as const;

/** Every camera, those that are not well first, each with the reason; pictures kept with alarms. */
export const Cameras = defineComponent(() => {
  const answer = load(() => get<{ cameras: CameraView[] }>('cameras'));
  const timer = setInterval(() => {
    if (!document.hidden) answer.reload();
  }, EVERY_MS);
  onScopeDispose(() => clearInterval(timer));
  const { query } = useRoute();
  const chosen = ref<string | undefined>(typeof query['camera'] === 'string' ? query['camera'] : undefined);
  const onlyIll = ref(false);

  const cameras = computed(() =>
    (answer.value.value?.cameras ?? [])
      .map((camera) => ({ camera, verdict: cameraVerdict(camera) }))
      .toSorted((one, other) => order[one.verdict] - order[other.verdict]),
  );
  const well = computed(() => cameras.value.filter(({ verdict }) => verdict === 'well').length);
  const shown = computed(() => cameras.value.filter(({ verdict }) => !onlyIll.value || verdict !== 'well'));
  const seesPictures = computed(() => !['viewer', null, undefined].includes(session.value?.role));

  const bar = () => (
    <div class="bar">
      <span>{t('camera.summary', { count: cameras.value.length, well: well.value })}</span>
      <label class="inline">
        <input type="checkbox" checked={onlyIll.value} onChange={() => (onlyIll.value = !onlyIll.value)} />
        {t('camera.only-ill')}
      </label>
      {!seesPictures.value && <span class="note">{t('camera.for-operators')}</span>}
    </div>
  );

  return () =>
    notLoaded(answer) ??
    (cameras.value.length === 0 ? (
      <p class="empty">{t('camera.empty')}</p>
    ) : (
      <>
        {bar()}
        {shown.value.length === 0 && <p class="empty">{t('camera.all-well')}</p>}
        <ul class="camera-wall">
          {shown.value.map(({ camera, verdict }) => (
            <CameraCard
              key={camera.source}
              camera={camera}
              verdict={verdict}
              seesPicture={seesPictures.value}
              isChosen={chosen.value === camera.source}
              onChoose={() => (chosen.value = chosen.value === camera.source ? undefined : camera.source)}
            />
          ))}
        </ul>
        {seesPictures.value && <EvidenceList camera={chosen.value} onEvery={() => (chosen.value = undefined)} />}
      </>
    ));
});
