import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteEvent } from '#agent/model/event.ts';

/**
 * Removes pieces of film that nobody goes on with: of a camera that was taken out of the configuration, or that films no
 * more. One that films replaces its own every two minutes.
 *
 * @param directory of the journal, in which sources have their own
 * @param before UTC ms
 */
export function removeOldFootage(directory: string, before: number, time: number): readonly SiteEvent[] {
  const sources = join(directory, 'sources');
  if (!existsSync(sources)) return [];
  return readdirSync(sources).flatMap((source) => {
    const footage = join(sources, source, 'footage');
    if (!existsSync(footage)) return [];
    const old = readdirSync(footage).filter((file) => {
      // The recorder may have replaced it meanwhile.
      const facts = statSync(join(footage, file), { throwIfNoEntry: false });
      return facts !== undefined && facts.mtimeMs < before;
    });
    for (const file of old) rmSync(join(footage, file), { force: true });
    return old.length > 0 ? [footageEvent(source, old.length, time)] : [];
  });
}

const footageEvent = (source: string, files: number, time: number): SiteEvent => ({
  time,
  kind: 'people.expired',
  text: `${files} pieces of film of ${source} are removed: older than the configured age of personal data`,
  detail: { files, camera: source, zh: '个人信息已按期限删除' },
  flags: 0,
});
