import { setTimeout as delay } from 'node:timers/promises';
import { hasFlag } from '#agent/model/flags.ts';
import { systemClock } from '#agent/model/clock.ts';
import type { SiteConfig } from '#config/site.ts';
import type { Driver } from '#drivers/driver.ts';
import { judgeLive } from '../check-live-text.ts';
import type { LivePoint } from '../check-live-text.ts';
import { readLive } from '../check-live.ts';
import type { SourceReading } from '../check-live.ts';
import { failed, passed } from './outcome.ts';
import type { Check } from './outcome.ts';
import { reasonWords } from './report-words.ts';

export interface PointChecks {
  readonly points: readonly Check[];
  /** Each source once more, after everything was released. */
  readonly again: readonly Check[];
}

export interface ReadingParts {
  readonly drivers: readonly Driver[];
  readonly withinMs: number;
  readonly tell: (check: Check) => void;
}

/** Reads every point from its device, lets go, and reads once more. */
export async function readPoints(config: SiteConfig, { drivers, withinMs, tell }: ReadingParts): Promise<PointChecks> {
  const told = (check: Check): Check => {
    tell(check);
    return check;
  };
  const read = () => readLive(config, { drivers, clock: systemClock, withinMs });
  const first = await read();
  const bare = first.filter(({ source }) => !config.points.some((point) => point.source === source.id));
  const points = [...judgeLive(config, first).map(pointCheck), ...bare.map(sourceCheck)].map(told);
  const used = drivers.filter(({ kind }) => config.sources.some((source) => source.kind === kind));
  await delay(Math.max(0, ...used.map(({ releaseWithinMs }) => releaseWithinMs)));
  const again = (await read()).map(sourceCheck).map(told);
  return { points, again };
}

function pointCheck({ point, sample, wrong }: LivePoint): Check {
  if (wrong !== undefined || !sample) {
    const reason = sample?.quality.reason;
    return failed(point.id, point.name, {
      zh: `${(reason === undefined ? undefined : reasonWords[reason]) ?? '未取得有效值'}：${wrong ?? ''}`,
      en: wrong ?? 'not read',
    });
  }
  const value = typeof sample.value === 'number' ? Number(sample.value.toPrecision(7)) : sample.value;
  const text = `${String(value)} ${point.unit}`.trim();
  const at = new Date(sample.sourceTime).toISOString();
  const mark = hasFlag(sample.flags, 'sim') ? { zh: '，仿真设备', en: ', a simulated device' } : { zh: '', en: '' };
  return passed(point.id, point.name, { zh: `${text}（${at}）${mark.zh}`, en: `${text} at ${at}${mark.en}` });
}

function sourceCheck({ source, status, samples }: SourceReading): Check {
  // A driver may tell values before it says that it is online.
  const hasData = [...samples.values()].some(({ quality }) => quality.level === 'good');
  const state = hasData ? 'online' : (status?.state ?? 'connecting');
  if (state === 'online') return passed(source.id, source.name, { zh: '已连接，有数据', en: 'connected, with data' });
  const reason = status?.reason ?? '';
  return failed(source.id, source.name, {
    zh: `未连接（${state}）：${reason}`,
    en: `not connected (${state}): ${reason}`,
  });
}
