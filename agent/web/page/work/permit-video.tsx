import type { VideoSpell, VideoView } from '#agent/model/permit-view.ts';
import { defineComponent } from 'vue';
import { clockTime, dateTime, duration } from '../words/figures.ts';
import { t } from '../words/words.ts';
import { barOn, videoByCamera, videoSpan } from './timeline.ts';
import type { Span, WholeVideo } from './timeline.ts';

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;
const spellText = ({ sees, from, to }: VideoSpell): string =>
  `${dateTime(from)} – ${clockTime(to)} ${t(`work.sees-${sees}`)}`;

/** What each camera saw of all the work under a permit, on a line from its beginning to its end. */
export const PermitVideo = defineComponent(
  (props: { readonly videos: readonly VideoView[] }) => {
    const line = ({ stretches }: WholeVideo, span: Span) => (
      <span class="video-line" aria-hidden="true">
        {stretches
          .flatMap(({ spells }) => spells)
          .map((spell) => {
            const bar = barOn(span, spell.from, spell.to);
            return (
              bar && (
                <i
                  key={spell.from}
                  class={`sees-${spell.sees}`}
                  style={{ left: percent(bar.start), width: percent(bar.length) }}
                  title={spellText(spell)}
                />
              )
            );
          })}
      </span>
    );

    /** Those in which it did not see stand in words, too. */
    const blindSpells = ({ stretches }: WholeVideo) => {
      const blind = stretches.flatMap(({ spells }) => spells).filter(({ sees }) => sees === 'no');
      return blind.length > 0 && <small class="fault">{blind.slice(-5).map(spellText).join('; ')}</small>;
    };

    const camera = (whole: WholeVideo, span: Span) => (
      <li key={whole.camera} class="video">
        <span class={{ fault: whole.blindMs > 0 }}>
          {t('work.video-camera', {
            camera: whole.camera,
            percent: whole.percent,
            seen: duration(whole.seenMs),
            blind: duration(whole.blindMs),
            unknown: duration(whole.unknownMs),
          })}
        </span>
        {line(whole, span)}
        {blindSpells(whole)}
      </li>
    );

    return () => {
      const span = videoSpan(props.videos, Date.now());
      const isGoing = props.videos.some(({ to }) => to === null);
      return (
        <div>
          <h3>{t('work.video')}</h3>
          <p class="note">
            <time>{dateTime(span.from)}</time> – {isGoing ? t('work.video-going') : <time>{dateTime(span.to)}</time>}
          </p>
          <ul class="lines">{videoByCamera(props.videos).map((whole) => camera(whole, span))}</ul>
        </div>
      );
    };
  },
  { props: ['videos'] },
);
