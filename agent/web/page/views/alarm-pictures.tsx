import { defineComponent } from 'vue';
import { get } from '../live/api.ts';
import { load } from '../parts/loaded.tsx';
import { evidencePictures } from '../parts/evidence-pictures.tsx';
import type { EvidencePicture } from '../parts/evidence-pictures.tsx';
import { t } from '../words/words.ts';

/** What cameras showed before an alarm and after it; nothing where none was kept. */
export const AlarmPictures = defineComponent(
  (props: { readonly alarm: string }) => {
    const answer = load(() =>
      get<{ pictures: EvidencePicture[] }>(`evidence?alarm=${encodeURIComponent(props.alarm)}`),
    );
    return () => {
      const pictures = answer.value.value?.pictures ?? [];
      return pictures.length === 0 ? undefined : (
        <div class="text">
          <h3>{t('alarm.pictures')}</h3>
          {evidencePictures(pictures)}
        </div>
      );
    };
  },
  { props: ['alarm'] },
);
