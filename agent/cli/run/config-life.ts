import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { Applied } from '#agent/line/change.ts';
import type { SiteReport } from '#agent/line/tally.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { RunningSite } from '#agent/site.ts';
import type { ConfigPort } from '#agent/web/site-port.ts';
import { loadSite } from '#config/load-site.ts';
import type { LoadedSite } from '#config/load-site.ts';
import type { SiteTexts } from '#config/site-texts.ts';
import type { SiteConfig } from '#config/site.ts';
import { drivers } from '#drivers/registry.ts';
import { digestOf, saveLastGood, textsOf } from './last-good.ts';
import type { LoadedForRun } from './load-for-run.ts';

/** A changed configuration is on trial this long. Milliseconds */
const TRIAL_MS = 60_000;
const CHECK_MS = 1000;

export interface ConfigLifeParts {
  readonly path: string;
  readonly site: RunningSite;
  readonly clock: Clock;
  readonly log: (text: string, isBad: boolean) => void;
  readonly trialMs?: number;
}

export interface ConfigLife extends ConfigPort {
  /** Reads the files on disk again and applies them. */
  readonly reload: (who: string) => Applied;
  readonly stop: () => void;
}

interface Standing {
  readonly config: SiteConfig;
  readonly texts: SiteTexts;
}

interface Trial extends Standing {
  readonly before: Standing;
  readonly wasOnline: ReadonlySet<string>;
  readonly endsAt: number;
}

/**
 * What configuration the site runs by: a changed one is on trial, and is taken back by itself when sources that
 * delivered before no longer do. What proved good is kept for the next start.
 */
export function startConfigLife(initial: LoadedForRun, parts: ConfigLifeParts): ConfigLife {
  const { path, site, clock, log, trialMs = TRIAL_MS } = parts;
  const root = dirname(resolve(path));
  const startedAt = clock.monotonic();
  let standing: Standing = initial;
  let trial: Trial | undefined;
  let isSaved = initial.insteadBecause !== undefined;
  let said: ReturnType<ConfigPort['status']> = {
    state: 'settled',
    since: clock.now(),
    text: initial.insteadBecause ?? '',
  };

  const keep = (refused?: string): void => {
    isSaved = true;
    const { directory } = site.config().journal;
    saveLastGood(directory, { savedAt: clock.now(), texts: standing.texts, ...(refused !== undefined && { refused }) });
  };

  const takeBack = (why: string): void => {
    if (!trial) return;
    const { before, texts } = trial;
    trial = undefined;
    standing = before;
    site.apply(before.config, 'rollback');
    keep(digestOf(texts));
    say('rolled-back', `${why}: the configuration before is in force again; the files still hold the refused one`);
  };

  const say = (state: typeof said.state, text: string): void => {
    said = { state, since: clock.now(), text };
    log(text, state === 'rolled-back');
    site.note({ kind: `config.${state}`, text });
  };

  const check = (): void => {
    if (!trial) {
      if (!isSaved && clock.monotonic() - startedAt >= trialMs) keep();
      return;
    }
    if (clock.monotonic() < trial.endsAt) return;
    const online = onlineIn(site.report());
    const lost = [...trial.wasOnline].filter((id) => !online.has(id));
    if (lost.length > 0) {
      takeBack(`no longer online since the change: ${lost.join(', ')}`);
      return;
    }
    trial = undefined;
    keep();
    say('settled', 'the changed configuration has proved good');
  };
  const timer = setInterval(check, CHECK_MS).unref();

  const put = (loaded: LoadedSite, texts: SiteTexts, who: string): Applied => {
    if (!loaded.ok) return { accepted: false, text: `${loaded.errorCount} faults; nothing was changed` };
    const online = onlineIn(site.report());
    const before = standing;
    const applied = site.apply(loaded.config, who);
    if (!applied.accepted) return applied;
    const stays = new Set<string>(loaded.config.sources.map(({ id }) => id));
    standing = { config: loaded.config, texts };
    trial = {
      ...standing,
      // A second change within a trial is measured against what was good before the first.
      before: trial?.before ?? before,
      wasOnline: new Set([...(trial?.wasOnline ?? []), ...online].filter((id) => stays.has(id))),
      endsAt: clock.monotonic() + trialMs,
    };
    say('on-trial', 'a changed configuration is on trial');
    return applied;
  };

  const named = (files: Readonly<Record<string, string>>): SiteTexts =>
    new Map([...standing.texts, ...Object.entries(files).map(([name, text]) => [resolve(root, name), text] as const)]);

  return {
    reload(who) {
      const loaded = loadSite(path, { kinds: drivers });
      return put(loaded, loaded.ok ? textsOf(loaded.config.files) : new Map(), who);
    },
    files: () => [...standing.texts].map(([file, text]) => ({ name: relative(root, file), text })),
    check(files) {
      const loaded = loadSite(path, { kinds: drivers, texts: named(files) });
      return loaded.ok
        ? { ok: true, errors: [], warnings: loaded.warnings }
        : { ok: false, errors: loaded.errors, warnings: loaded.warnings };
    },
    apply(files, who) {
      const texts = named(files);
      const outside = Object.keys(files).find((name) => !standing.texts.has(resolve(root, name)));
      if (outside !== undefined)
        return { accepted: false, text: `${outside} is no file of this site; include it on the box first` };
      const loaded = loadSite(path, { kinds: drivers, texts });
      const paths = Object.keys(files).map((name) => resolve(root, name));
      try {
        for (const file of loaded.ok ? paths : []) writeFileSync(`${file}.new`, texts.get(file) ?? '', { flush: true });
      } catch (error) {
        return { accepted: false, text: `the files can not be written: ${(error as Error).message}` };
      }
      const applied = put(loaded, texts, who);
      // Whole or not at all.
      for (const file of loaded.ok ? paths : [])
        if (applied.accepted) renameSync(`${file}.new`, file);
        else rmSync(`${file}.new`, { force: true });
      return applied;
    },
    rollback(who) {
      if (!trial) return { accepted: false, text: 'no configuration is on trial' };
      takeBack(`${who} took it back`);
      return { accepted: true };
    },
    status: () => said,
    stop: () => clearInterval(timer),
  };
}

const onlineIn = ({ sources }: SiteReport): ReadonlySet<string> =>
  new Set(sources.filter(({ status }) => status?.state === 'online').map(({ id }) => id));
