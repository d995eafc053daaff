import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { Fact } from '#agent/model/fact.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import { createFileEndpoint } from '#simulators/receiver/file-endpoint.ts';
import { createMessageCheck } from '#simulators/receiver/message-check.ts';
import type { RecordMessage } from '#simulators/receiver/wire.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';

/** A whole site on a clock that the test moves; its device repeats all values each second, as a poll does. */
export function playScenario(yaml: string) {
  // Every timer and both clocks: a minute of the site is the same minute on every machine.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const directory = siteDirectory();
  const site = startPlayedSite(directory, yaml);
  let values: Readonly<Record<string, SampleValue>> = {};
  /** Facts that are told again each second, as a tag tells where it is. */
  let repeated: () => readonly Fact[] = () => [];
  return {
    site,
    set: (changed: Readonly<Record<string, SampleValue>>): void => {
      values = { ...values, ...changed };
      site.play(values);
    },
    tell: (facts: readonly Fact[]): void => site.playFacts(facts),
    repeat: (facts: () => readonly Fact[]): void => {
      repeated = facts;
    },
    pass: (seconds: number): void => {
      for (let second = 0; second < seconds; second += 1) {
        vi.advanceTimersByTime(1000);
        site.play(values);
        const facts = repeated();
        if (facts.length > 0) site.playFacts(facts);
      }
    },
    /** Ends it: what is on disk, and what a receiver gets of it from the run after. */
    end: async () => {
      const stopped = site.stop(0);
      await vi.advanceTimersByTimeAsync(1000);
      await stopped;
      vi.useRealTimers();
      const alarms = recordsOf(directory, 'alarm');
      const events = recordsOf(directory, 'event');
      const sent = await delivered(directory, yaml);
      const upTo = (records: readonly { readonly seq: number }[]): number => records.at(-1)?.seq ?? 0;
      return {
        alarms: alarms.map(({ body }) => `${body.alarm} ${body.event} ${body.priority}`),
        events: events.map(({ body }) => body),
        colours: events.flatMap(({ body }) =>
          body.kind.startsWith('warning-level') ? [String(body.detail?.['zh'])] : [],
        ),
        /** Records of the first run that the receiver has, and the same of the journal. */
        sent: [...only(sent, 'alarm', upTo(alarms)), ...only(sent, 'event', upTo(events))],
        kept: [...alarms, ...events].map(({ stream, seq }) => `${stream} ${seq}`),
      };
    },
  };
}

const only = (sent: readonly RecordMessage[], stream: string, last: number): string[] =>
  [...new Set(sent.filter((one) => one.stream === stream && one.seq <= last).map(({ seq }) => seq))]
    .toSorted((one, other) => one - other)
    .map((seq) => `${stream} ${seq}`);

/** Every record that a receiver gets who takes the files that a gatekeeper carries over. */
async function delivered(directory: string, yaml: string): Promise<readonly RecordMessage[]> {
  const out = join(directory, 'out');
  mkdirSync(out);
  const site = startPlayedSite(
    directory,
    `${yaml}receivers:\n  - { id: park, transport: { kind: file-drop, directory: ${out}, every: 10ms } }\n`,
  );
  const records: RecordMessage[] = [];
  const faults: string[] = [];
  const check = createMessageCheck();
  const endpoint = createFileEndpoint(out, (message) => {
    const checked = check(message);
    if (checked.type === 'invalid') faults.push(checked.why);
    if (checked.type === 'stream' && 'body' in checked.message) records.push(checked.message);
  });
  const isDrained = (): boolean =>
    site.report().uplinks.some(({ lanes }) => lanes.length > 0 && lanes.every(({ lagRecords }) => lagRecords === 0));
  await until(
    () => {
      endpoint.collect();
      return isDrained();
    },
    () => site.report().uplinks,
  );
  await site.stop(5000);
  endpoint.collect();
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return records;
}
