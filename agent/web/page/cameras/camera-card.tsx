import type { CameraView } from '#agent/model/camera.ts';
import { defineComponent } from 'vue';
import { overview } from '../live/live.ts';
import { trendLink } from '../parts/reading.tsx';
import { duration, valueText } from '../words/figures.ts';
import { codeText, hasWord, t } from '../words/words.ts';
import { partVerdict } from './camera-health.ts';
import type { Verdict } from './camera-health.ts';

interface CameraCardProps {
  readonly camera: CameraView;
  readonly verdict: Verdict;
  readonly seesPicture: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** Seen without colours too. */
const shapes: Readonly<Record<Verdict, string>> = { well: '●', ill: '◆', unknown: '▲' };

/** What a part of the health says, in words where there are some. */
function said({ part, value, quality }: CameraView['health'][number]): string {
  if (quality === undefined) return t('camera.not-read');
  const word = `camera.said.${String(value)}`;
  const text = hasWord(word) ? t(word) : valueText(value, part === 'clock-offset' ? 's' : '');
  return quality.level === 'good'
    ? text
    : `${t(`quality.${quality.level}`)} ${codeText('reason', quality.reason ?? '')}`;
}

/** One camera of the wall: its last picture, whether it is well, and why not. */
export const CameraCard = defineComponent(
  (props: CameraCardProps) => {
    const picture = ({ source, name, picture: last }: CameraView) => {
      if (!last) return <div class="no-picture">{t('camera.no-picture')}</div>;
      if (!props.seesPicture) return <div class="no-picture">{t('camera.not-for-you')}</div>;
      const src = `api/cameras/${encodeURIComponent(source)}/picture?${last.takenAt}`;
      return (
        <a class="snapshot" href={src} target="_blank" rel="noreferrer">
          <img src={src} alt={name} loading="lazy" />
          <small>
            {t('camera.taken', { age: duration(Math.max(0, (overview.value?.time ?? Date.now()) - last.takenAt)) })}
          </small>
        </a>
      );
    };

    const part = (own: CameraView['health'][number]) => (
      <div key={own.part}>
        <dt>{trendLink([own.point], t(`camera.part.${own.part}`))}</dt>
        <dd class={['part', partVerdict(own)]}>{said(own)}</dd>
      </div>
    );

    const details = ({ health, points, device, gb28181Id }: CameraView) => (
      <div class="camera-details">
        {health.length > 0 && <h3>{t('camera.health')}</h3>}
        <dl class="facts">{health.map(part)}</dl>
        <h3>{t('camera.device')}</h3>
        <dl class="facts">
          {Object.entries({ ...(gb28181Id !== undefined && { 'GB/T 28181': gb28181Id }), ...device }).map(
            ([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ),
          )}
        </dl>
        {points.length > 0 && (
          <p>
            {t('camera.events')}: {trendLink(points, points.join(', '))}
          </p>
        )}
      </div>
    );

    return () => {
      const { camera, verdict } = props;
      const reasons = camera.health.filter((own) => partVerdict(own) !== 'well');
      return (
        <li class={['camera', verdict]}>
          {picture(camera)}
          <button class="plain" aria-expanded={props.isChosen} onClick={props.onChoose}>
            <span class={['verdict', verdict]}>
              <span aria-hidden="true">{shapes[verdict]}</span> {t(`camera.${verdict}`)}
            </span>
            <b>{camera.name}</b>
          </button>
          {camera.zones.length > 0 && <small>{t('camera.zones', { zones: camera.zones.join(', ') })}</small>}
          {camera.state !== 'online' && camera.state !== undefined && (
            <span class="fault">
              {t(`source.state.${camera.state}`)} {camera.reason}
            </span>
          )}
          {reasons.map((own) => (
            <span key={own.part} class={['part', partVerdict(own)]}>
              {t(`camera.part.${own.part}`)}: {said(own)}
            </span>
          ))}
          {props.isChosen && details(camera)}
        </li>
      );
    };
  },
  { props: ['camera', 'verdict', 'seesPicture', 'isChosen', 'onChoose'] },
);
