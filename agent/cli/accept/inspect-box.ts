import { mkdirSync, statfsSync } from 'node:fs';
import { clockSync } from '#agent/observe/clock-sync.ts';
import type { ClockSync } from '#agent/observe/clock-sync.ts';
import type { SiteConfig } from '#config/site.ts';
import { failed, passed } from './outcome.ts';
import type { Check } from './outcome.ts';

const MEBIBYTE = 2 ** 20;

/** What the box must give before a site can rest on it. */
export async function inspectBox({ journal }: SiteConfig): Promise<readonly Check[]> {
  return [judgeClock(await clockSync()), judgeRoom(journal)];
}

function judgeClock({ state, by }: ClockSync): Check {
  const name = '时钟 · clock';
  const box = 'box';
  if (state === 'synchronised')
    return passed(box, name, { zh: `已与时间服务器同步（${by}）`, en: `held to a time server (${by})` });
  if (state === 'free-running')
    return failed(box, name, {
      zh: `未同步（${by}）：请配置 NTP 服务器（chrony 或 systemd-timesyncd）`,
      en: `not held to a time server (${by}): give it one by chrony or systemd-timesyncd`,
    });
  return {
    subject: box,
    name,
    verdict: 'by-hand',
    found: {
      zh: `无法判断（${by}）：请人工核对时间`,
      en: `can not be told (${by}): compare its time by hand`,
    },
  };
}

function judgeRoom({ directory, maxBytes }: SiteConfig['journal']): Check {
  const name = '磁盘 · disk';
  mkdirSync(directory, { recursive: true });
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const text = `${Math.round(free / MEBIBYTE)} MiB`;
  const wanted = `${Math.round(maxBytes / MEBIBYTE)} MiB`;
  return free >= maxBytes
    ? passed('box', name, { zh: `可用 ${text}，日志上限 ${wanted}`, en: `${text} free, journal.maxSize ${wanted}` })
    : failed('box', name, {
        zh: `可用 ${text}，少于日志上限 ${wanted}：请清理磁盘或调小 journal.maxSize`,
        en: `${text} free, less than journal.maxSize ${wanted}: free the disk or lower it`,
      });
}
