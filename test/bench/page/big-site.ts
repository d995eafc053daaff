import type { AlarmDefinition, AlarmView } from '#agent/model/alarm.ts';
import { alarmId, pointId, receiverId, sourceId, zoneId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { WarningLevelView } from '#agent/model/warning-level.ts';
import type { SitePort } from '#agent/web/site-port.ts';

const POINTS = 10_000;
const ACTIVE = 5000;
const SOURCES = 20;
/** Of history: a million samples. */
const EVERY_MS = 100;
export const HISTORY_MS = 1_000_000 * EVERY_MS;
const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const;

/** What the page sees of a site with 10,000 points of which every one changes each second, and 5,000 active alarms. */
export function bigSite(): SitePort {
  const started = Date.now();
  const points = Array.from({ length: POINTS }, (_, index) => pointOf(index));
  const definitions = points.slice(0, ACTIVE).map(definitionOf);
  const alarms = definitions.map((definition, index) => alarmOf(definition, started - index * 1000));
  const numbers = new Map(points.map(({ id }, index) => [id, index]));
  const latest = (number: number): Sample => sampleOf(points, number, Math.floor(Date.now() / 1000) * 1000);
  const shown = new Map<number, Sample>();
  const warning = warningOf();
  const accepted = { accepted: true } as const;
  const state = new Map<string, Map<string, unknown>>();
  return {
    site: { id: 'big', name: '大型装置', timezone: 'Asia/Shanghai' },
    version: '0',
    points: () => points,
    alarmDefinitions: () => definitions,
    receivers: () => [{ id: receiverId('park'), name: '园区平台', url: 'mqtt://127.0.0.1:1883' }],
    figures: () => figuresOf(started),
    alarms: () => alarms,
    activeAlarms: () => alarms,
    alarm: (id) => alarms.find(({ definition }) => definition.id === id),
    alarmFigures: () => {
      throw new Error('not measured here');
    },
    latest(id) {
      const number = numbers.get(id);
      if (number === undefined) return undefined;
      const known = shown.get(number);
      const sample = latest(number);
      if (known?.sourceTime === sample.sourceTime) return known;
      shown.set(number, sample);
      return sample;
    },
    views: () => new Map([['warning-level/risk', warning]]),
    cameras: () => [],
    address: () => undefined,
    picture: () => undefined,
    grounds: () => [],
    resend: () => ({ accepted: false, text: 'not measured here' }),
    actions: {
      acknowledge: () => accepted,
      reset: () => accepted,
      shelve: () => accepted,
      unshelve: () => accepted,
      removeFromService: () => accepted,
      returnToService: () => accepted,
    },
    journal: {
      head: () => 0,
      tail: () => 1,
      read: () => [],
      history({ points: [id = pointId('')], from, to, limit, after }) {
        const number = numbers.get(id) ?? 0;
        const first = Math.max(Math.ceil(from / EVERY_MS), (after?.seq ?? 0) + 1);
        const last = Math.min(Math.ceil(to / EVERY_MS), first + limit);
        const samples = Array.from({ length: Math.max(0, last - first) }, (_, index) =>
          sampleOf(points, number, (first + index) * EVERY_MS),
        );
        return last * EVERY_MS < to ? { samples, next: { seq: last - 1, index: 0 } } : { samples };
      },
      trend: () => [],
    },
    audit() {},
    state: (scope) => state.get(scope) ?? new Map(),
    remember(scope, key, value) {
      const own = state.get(scope) ?? new Map<string, unknown>();
      state.set(scope, own.set(key, value));
    },
  };
}

/** Fifty zones, each with its five reasons. */
const warningOf = (): WarningLevelView => ({
  name: 'risk',
  label: { zh: '动态预警', en: 'dynamic warning' },
  formula: 'site-dynamic 1',
  steps: { yellow: 20, orange: 50, red: 80 },
  places: Array.from({ length: 50 }, (_, index) => ({
    scope: { kind: 'zone', zone: zoneId(`zone-${index}`) },
    colour: 'yellow',
    score: 42,
    because: Array.from({ length: 5 }, (_, at) => ({ zh: `报警 TI-${at}（高）`, en: `alarm TI-${at} (high)` })),
  })),
  enterpriseGrade: null,
});

const pointOf = (index: number): Point => ({
  id: pointId(`TI-${10_000 + index}`),
  source: sourceId(`plc-${index % SOURCES}`),
  kind: 'temperature',
  name: `反应器 ${index} 温度`,
  unit: '°C',
  range: { low: 0, high: 200 },
  staleAfterMs: 10_000,
  zone: zoneId(`zone-${index % 50}`),
  safetyRole: 'none',
});

const definitionOf = ({ id, source, zone }: Point, index: number): AlarmDefinition => ({
  id: alarmId(`${id}/H`),
  point: id,
  source,
  condition: { kind: 'H', setpoint: 80, deadband: 1 },
  priority: PRIORITIES[index % 4] ?? 'low',
  onDelayMs: 0,
  offDelayMs: 0,
  latch: false,
  safetyRole: 'none',
  ...(zone && { zone }),
  message: { zh: `反应器 ${index} 温度高`, en: `Reactor ${index} temperature high` },
  response: { zh: '减少进料', en: 'Reduce the feed' },
});

const alarmOf = (definition: AlarmDefinition, raisedAt: number): AlarmView => ({
  definition,
  state: 'unacknowledged',
  overlay: 'none',
  occurrence: 1,
  since: raisedAt,
  raisedAt,
  value: 91.5,
  quality: GOOD,
  flags: 0,
  isQualityLost: false,
  isRemoved: false,
  suppressedBy: [],
});

function sampleOf(points: readonly Point[], number: number, time: number): Sample {
  const value = 60 + 30 * Math.sin(time / 3_600_000 + number) + ((time * 7919 + number * 104_729) % 1000) / 250;
  const id = points[number]?.id ?? pointId('');
  return { point: id, value, quality: GOOD, sourceTime: time, receiveTime: time, flags: 0 };
}

function figuresOf(started: number): ReturnType<SitePort['figures']> {
  const ends = { head: 0, tail: 1 };
  return {
    time: Date.now(),
    sources: Array.from({ length: SOURCES }, (_, index) => {
      const id = sourceId(`plc-${index}`);
      const status = { source: id, state: 'online', reason: '', since: started } as const;
      const counts = { points: POINTS / SOURCES, samples: 1, notGood: 0, perSecond: POINTS / SOURCES };
      return { id, kind: 'modbus', name: `PLC ${index}`, simulated: false, status, ...counts };
    }),
    uplinks: [],
    journal: {
      streams: { alarm: ends, event: ends, gap: ends, audit: ends, register: ends, sample: ends },
      bytes: 1e8,
      maxBytes: 1e10,
      samplesPerSecond: POINTS,
      bytesPerSample: 2,
    },
    journalHealth: { disk: { trouble: 'none' }, heldRecords: 0, shedSamples: 0 },
    lostSteps: 0,
  };
}
