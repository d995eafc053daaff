import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Acceptance, Check } from '#agent/cli/accept/outcome.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';
import { LOOP_CHECK_SCOPE } from '#agent/model/loop-check.ts';
import type { LoopCheck } from '#agent/model/loop-check.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import type { Receiver } from '#simulators/receiver/receiver.ts';
import { startSimulators } from '#simulators/start-simulators.ts';
import type { Simulators } from '#simulators/start-simulators.ts';

const main = join(import.meta.dirname, '../../agent/cli/main.ts');

let folder: string;
let plant: Simulators;
let receiver: Receiver;
const arrived: { readonly topic: string; readonly text: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'firewatch-accept-'));
  // A box whose clock is held: what the machine of the test says of its own must not matter.
  const chronyc = join(folder, 'chronyc');
  writeFileSync(chronyc, '#!/bin/sh\necho "Leap status     : Normal"\n');
  chmodSync(chronyc, 0o755);
  plant = await startSimulators({ devices: ['opcua', 'modbus'], speed: 0 });
  receiver = await startReceiver({
    embeddedBroker: { port: 0 },
    topicPrefix: 'firewatch',
    refuse: (topic, payload) => {
      arrived.push({ topic, text: payload.toString('utf8') });
      return undefined;
    },
  });
}, 180_000);

afterAll(async () => {
  await plant.stop();
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface SiteFaults {
  readonly register?: string;
  readonly receiver?: string;
}

function writeSite(name: string, { register = 'input:0', receiver: url }: SiteFaults = {}): string {
  const { opcua = '', modbus = '' } = plant.endpoints;
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `site: { id: two-sources, name: 两个数据源, timezone: Asia/Shanghai }
journal: { directory: ./data-${name}, maxSize: 100MB }
sources:
  - { id: dcs, kind: opcua, endpoint: "${opcua}", alarms: { communication: { onDelay: 5s } } }
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: ${Number(modbus.split(':').at(-1))} }, order: ABCD }
points:
  - id: T-1101.temperature
    source: dcs
    address: "nsu=urn:firewatch:simulator:plant;s=TI-1101"
    kind: temperature
    unit: °C
    range: { low: 0, high: 200 }
    alarms: { HH: 150, H: { setpoint: 130, onDelay: 10s, latch: true } }
  - id: TK-2101.level
    source: plc
    address: "${register} float32 CDAB"
    kind: level
    unit: "%"
    range: { low: 0, high: 100 }
    alarms: { H: 90, L: 5, badQuality: {} }
receivers:
  - id: park
    transport: { kind: mqtt, url: "${url ?? `mqtt://127.0.0.1:${receiver.port}`}" }
    profile: firewatch-json
`,
  );
  return file;
}

/** As the page leaves it in the journal of a site. */
function keepLoopCheck(name: string, check: LoopCheck): void {
  const directory = join(folder, `data-${name}`);
  const limits = { maxAgeMs: 86_400_000, maxBytes: 1e8, sampleCommitMs: 1000 };
  const journal = openJournal({ directory, site: siteId('two-sources'), clock: systemClock, ...limits });
  journal.commit([], [{ scope: LOOP_CHECK_SCOPE, key: check.point, value: [check] }]);
  journal.close();
}

const compared: LoopCheck = {
  point: 'TK-2101.level',
  time: Date.UTC(2026, 10, 27, 2),
  who: '王芳',
  read: { value: 61.5, quality: 'good' },
  instrument: 61.25,
  verdict: 'good',
  isSimulated: false,
  remark: '',
};

function firewatch(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...words], { env, maxBuffer: 2 ** 26 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });
}

const checksOf = ({ parts }: Acceptance): readonly Check[] => parts.flatMap(({ checks }) => checks);

describe('firewatch accept', () => {
  it('accepts a site whose points, alarms and receivers all work, by a report that can be verified', async () => {
    const out = join(folder, 'good');
    keepLoopCheck('good', compared);
    const run = await firewatch('accept', writeSite('good'), '--out', out, '--by', '李伟', '--json');
    const result = JSON.parse(run.out) as Acceptance & { readonly ok: boolean };
    const notPassed = checksOf(result).filter(({ verdict }) => verdict !== 'passed');
    expect(notPassed).toMatchObject([{ subject: 'T-1101.temperature', verdict: 'not-checked' }]);
    expect(run.code).toBe(0);
    const subjects = result.parts.map(({ name, checks }) => [name, checks.length]);
    expect(subjects).toEqual([
      ['configuration', 1],
      ['box', 2],
      ['points', 2],
      ['loops', 2],
      ['positioning', 0],
      ['alarms', 7],
      ['outage', 2],
      ['receivers', 3],
      ['restart', 4],
    ]);
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    for (const words of ['验收合格', 'Accepted', '李伟', 'TK-2101.level/H', 'Asia/Shanghai', '王芳', '61.25 %'])
      expect(page).toContain(words);
    expect((await firewatch('accept', 'verify', join(out, 'report.html'))).code).toBe(0);
    writeFileSync(join(out, 'report.html'), page.replace('李伟', '王伟'));
    expect((await firewatch('accept', 'verify', join(out, 'report.html'))).code).toBe(1);
  }, 180_000);

  it('sends nothing under the name of the site, and nothing that is not marked', () => {
    expect(receiver.report()).toMatchObject({ invalid: 0, gaps: 0 });
    const told = arrived.filter(({ topic }) => !topic.endsWith('/audit'));
    expect(told.length).toBeGreaterThan(0);
    expect(arrived.filter(({ topic }) => !topic.startsWith('firewatch/two-sources-acceptance/'))).toEqual([]);
    expect(told.filter(({ text }) => !text.includes('"sim":true'))).toEqual([]);
  });

  it('names what failed in both languages, tries all the rest, and does not accept', async () => {
    const site = writeSite('bad', { register: 'input:60000', receiver: 'mqtt://127.0.0.1:1' });
    keepLoopCheck('bad', { ...compared, instrument: 80, verdict: 'bad' });
    const run = await firewatch('accept', site, '--out', join(folder, 'bad'), '--within', '20s');
    expect(run.code).toBe(1);
    expect(run.out).toContain('NOT ACCEPTED 验收未通过');
    expect(run.out).toMatch(/FAILED TK-2101\.level .*设备中无此地址/);
    expect(run.out).toMatch(/FAILED park .*未确认/);
    expect(run.out).toMatch(/FAILED TK-2101\.level .*读数 61\.5 %，仪表 80 %；王芳/);
    expect(run.out).toContain('points not compared with their instruments: 1');
    expect(run.out).not.toMatch(/FAILED T-1101|FAILED dcs|FAILED agent/);
  }, 180_000);
});
