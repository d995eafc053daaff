import { computed, defineComponent, watch } from 'vue';
import { get } from '../live/api.ts';
import { watchCalmly } from '../live/calm.ts';
import { alarmNews } from '../live/live.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { evidencePictures } from '../parts/evidence-pictures.tsx';
import type { EvidencePicture } from '../parts/evidence-pictures.tsx';
import { t } from '../words/words.ts';

interface EvidenceListProps {
  /** Only of this one. */
  readonly camera: string | undefined;
  readonly onEvery: () => void;
}

/** Pictures that were kept, by the alarm for which they were. */
export const EvidenceList = defineComponent(
  (props: EvidenceListProps) => {
    const answer = load(() =>
      get<{ pictures: EvidencePicture[] }>(
        `evidence${props.camera === undefined ? '' : `?camera=${encodeURIComponent(props.camera)}`}`,
      ),
    );
    watch(() => props.camera, answer.reload);
    watchCalmly(alarmNews, answer.reload, 5000);

    const byAlarm = computed(() =>
      Map.groupBy(answer.value.value?.pictures ?? [], ({ alarm, occurrence }) => `${alarm} ${occurrence}`),
    );

    return () => (
      <section class="evidence">
        <h2>{t('camera.evidence')}</h2>
        {props.camera !== undefined && (
          <p>
            {t('camera.evidence-of', { camera: props.camera })}{' '}
            <button class="plain" onClick={props.onEvery}>
              {t('camera.every')}
            </button>
          </p>
        )}
        {notLoaded(answer) ??
          (byAlarm.value.size === 0 ? (
            <p class="note">{t('camera.no-evidence')}</p>
          ) : (
            [...byAlarm.value].map(([key, pictures]) => (
              <div key={key}>
                <h3>{pictures[0]?.alarm}</h3>
                {evidencePictures(pictures)}
              </div>
            ))
          ))}
      </section>
    );
  },
  { props: ['camera', 'onEvery'] },
);
