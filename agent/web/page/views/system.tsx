import { defineComponent, onScopeDispose, ref } from 'vue';
import { get } from '../live/api.ts';
import { overview } from '../live/live.ts';
import { session } from '../live/session.ts';
import { DiagnosticsBundle } from '../parts/diagnostics-bundle.tsx';
import { load, notLoaded } from '../parts/loaded.tsx';
import { clockTime, dateTime, duration } from '../words/figures.ts';
import { codeText, t } from '../words/words.ts';
import type { Word } from '../words/words.ts';
import { Accounts } from './accounts.tsx';
import { Records } from './records.tsx';

interface Health {
  readonly isLive: boolean;
  readonly isReady: boolean;
  readonly isDegraded: boolean;
  readonly reasons: readonly {
    readonly about: 'process' | 'journal' | 'source' | 'receiver';
    readonly id?: string;
    readonly text: string;
    readonly since?: number;
  }[];
}

interface Machine {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly time: number;
  readonly timezone: string;
  readonly uptimeMs: number;
  readonly memoryBytes: number;
}

interface Journal {
  readonly journal: {
    readonly streams: Readonly<Record<string, { readonly head: number; readonly tail: number }>>;
    readonly bytes: number;
    readonly maxBytes: number;
    readonly samplesPerSecond: number;
    readonly bytesPerSample: number;
    readonly hoursOfBuffer?: number;
    readonly oldest?: number;
  };
  readonly health: {
    readonly disk: { readonly trouble: string; readonly text?: string };
    readonly heldRecords: number;
    readonly shedSamples: number;
  };
  readonly lostSteps: number;
}

const EVERY_MS = 5000;
/** Beyond this the times of browser and box do not go together. Milliseconds */
const CLOCK_MS = 5000;
const tabs = ['state', 'events', 'gaps', 'audit', 'accounts'] as const;

/** The agent itself: is it well, what did it do, who may do what. */
export const System = defineComponent(() => {
  const tab = ref<(typeof tabs)[number]>('state');
  const health = load(() => get<Health>('health'));
  const machine = load(() => get<Machine>('system'));
  const journal = load(() => get<Journal>('journal'));
  const timer = setInterval(() => {
    if (tab.value === 'state') for (const one of [health, machine, journal]) one.reload();
  }, EVERY_MS);
  onScopeDispose(() => clearInterval(timer));

  const role = () => session.value?.role ?? '';
  const shownTabs = () =>
    tabs.filter((name) =>
      name === 'accounts' ? role() === 'admin' : name === 'audit' ? ['engineer', 'admin'].includes(role()) : true,
    );

  const healthSection = () => {
    const known = health.value.value;
    return (
      <section>
        <h2>{t('system.health')}</h2>
        {notLoaded(health) ??
          (known && (
            <>
              <p class={['verdict', known.isDegraded || !known.isReady ? 'is-degraded' : 'is-well']}>
                {t(known.isReady ? (known.isDegraded ? 'system.degraded' : 'system.well') : 'system.not-ready')}
              </p>
              <ul class="lines">
                {known.reasons.map(({ about, id, text, since }) => (
                  <li>
                    <span class="state degraded">{t(`system.about.${about}`)}</span>
                    <span class="grow">
                      {id} {text}
                    </span>
                    <time>{dateTime(since)}</time>
                  </li>
                ))}
              </ul>
            </>
          ))}
      </section>
    );
  };

  const facts = (rows: readonly (readonly [Word, string | undefined])[]) => (
    <dl class="facts">
      {rows.map(([word, text]) =>
        text === undefined ? undefined : (
          <div key={word}>
            <dt>{t(word)}</dt>
            <dd>{text}</dd>
          </div>
        ),
      )}
    </dl>
  );

  const machineSection = () => {
    const known = machine.value.value;
    const offset = known ? (overview.value?.time ?? known.time) - Date.now() : 0;
    return (
      <section>
        <h2>{t('system.agent')}</h2>
        {notLoaded(machine) ??
          (known && (
            <>
              {facts([
                ['system.version', known.version],
                ['system.node', `${known.node} · ${known.platform}`],
                ['system.uptime', duration(known.uptimeMs)],
                ['system.memory', `${(known.memoryBytes / 1e6).toFixed(0)} MB`],
                ['system.clock', `${clockTime(known.time)} ${known.timezone}`],
              ])}
              {['engineer', 'admin'].includes(role()) && <DiagnosticsBundle />}
              {Math.abs(offset) > CLOCK_MS && (
                <p class="fault">{t('system.clock-differs', { time: duration(Math.abs(offset)) })}</p>
              )}
            </>
          ))}
      </section>
    );
  };

  const journalSection = () => {
    const known = journal.value.value;
    const shareUsed = known ? known.journal.bytes / known.journal.maxBytes : 0;
    return (
      <section>
        <h2>{t('system.journal')}</h2>
        {notLoaded(journal) ??
          (known && (
            <>
              {known.health.disk.trouble !== 'none' && (
                <p class="fault">
                  {t('system.disk')}：{known.health.disk.trouble} {known.health.disk.text}
                </p>
              )}
              <meter value={shareUsed} max={1} high={0.9} aria-label={t('system.used')} />
              {facts([
                [
                  'system.used',
                  `${(known.journal.bytes / 1e6).toFixed(1)} / ${(known.journal.maxBytes / 1e6).toFixed(0)} MB`,
                ],
                ['system.oldest', dateTime(known.journal.oldest) || undefined],
                [
                  'system.buffer',
                  known.journal.hoursOfBuffer === undefined
                    ? undefined
                    : t('unit.hours', { count: known.journal.hoursOfBuffer.toFixed(0) }),
                ],
                ['system.rate', t('overview.rate', { rate: known.journal.samplesPerSecond.toFixed(0) })],
                ['system.per-sample', `${known.journal.bytesPerSample.toFixed(2)} B`],
                ['system.held', String(known.health.heldRecords)],
                ['system.shed', String(known.health.shedSamples + known.lostSteps)],
              ])}
              <table class="streams">
                <tbody>
                  {Object.entries(known.journal.streams).map(([stream, { head, tail }]) => (
                    <tr key={stream}>
                      <td>{codeText('stream', stream)}</td>
                      <td class="number">
                        {tail} – {head}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </>
          ))}
      </section>
    );
  };

  return () => (
    <>
      <div class="bar">
        <div role="tablist">
          {shownTabs().map((name) => (
            <button key={name} role="tab" aria-selected={tab.value === name} onClick={() => (tab.value = name)}>
              {t(`system.${name}`)}
            </button>
          ))}
        </div>
      </div>
      {tab.value === 'state' && (
        <div class="columns">
          {healthSection()}
          {journalSection()}
          {machineSection()}
        </div>
      )}
      {tab.value === 'accounts' && <Accounts />}
      {tab.value !== 'state' && tab.value !== 'accounts' && <Records key={tab.value} kind={tab.value} />}
    </>
  );
});
