import type { VNode } from 'vue';
import { dateTime } from '../words/figures.ts';
import { t } from '../words/words.ts';

/** One picture that was kept with an alarm, as the journal tells of it. */
export interface EvidencePicture {
  readonly file: string;
  readonly alarm: string;
  readonly occurrence: string;
  readonly camera: string;
  /** `clip`: a film, which browsers hand to a player. */
  readonly phase: 'before' | 'after' | 'clip';
  readonly takenAt: number;
  readonly sha256: string;
}

/** Pictures side by side, each with its time and the digest that stands in the journal. */
export const evidencePictures = (pictures: readonly EvidencePicture[]): VNode => (
  <div class="pictures">
    {pictures.map(({ file, camera, phase, takenAt, sha256 }) => (
      <a href={`api/evidence/${encodeURIComponent(file)}`} target="_blank" rel="noreferrer" key={file}>
        {phase === 'clip' ? (
          <span title={`SHA-256 ${sha256}`}>▶</span>
        ) : (
          <img
            src={`api/evidence/${encodeURIComponent(file)}`}
            alt={`${camera} ${dateTime(takenAt)}`}
            title={`SHA-256 ${sha256}`}
            loading="lazy"
          />
        )}
        <small>
          {camera} · {t(`alarm.picture-${phase}`)} · {dateTime(takenAt)}
        </small>
      </a>
    ))}
  </div>
);
