import { defineComponent } from 'vue';
import { get } from '../live/api.ts';
import { load } from '../parts/loaded.tsx';
import { dateTime } from '../words/figures.ts';
import { t } from '../words/words.ts';

interface Picture {
  readonly file: string;
  readonly camera: string;
  readonly phase: 'before' | 'after';
  readonly takenAt: number;
  readonly sha256: string;
}

/** What cameras showed before an alarm and after it; nothing where none was kept. */
export const AlarmPictures = defineComponent(
  (props: { readonly alarm: string }) => {
    const answer = load(() => get<{ pictures: Picture[] }>(`evidence?alarm=${encodeURIComponent(props.alarm)}`));
    return () => {
      const pictures = answer.value.value?.pictures ?? [];
      if (pictures.length === 0) return undefined;
      return (
        <div class="text">
          <h3>{t('alarm.pictures')}</h3>
          <div class="pictures">
            {pictures.map(({ file, camera, phase, takenAt, sha256 }) => (
              <a href={`api/evidence/${encodeURIComponent(file)}`} target="_blank" rel="noreferrer" key={file}>
                <img
                  src={`api/evidence/${encodeURIComponent(file)}`}
                  alt={`${camera} ${dateTime(takenAt)}`}
                  title={`SHA-256 ${sha256}`}
                  loading="lazy"
                />
                <small>
                  {camera} · {t(`alarm.picture-${phase}`)} · {dateTime(takenAt)}
                </small>
              </a>
            ))}
          </div>
        </div>
      );
    };
  },
  { props: ['alarm'] },
);
