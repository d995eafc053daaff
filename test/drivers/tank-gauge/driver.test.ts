import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdSecret } from '#config/secret.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { Driver } from '#drivers/driver.ts';
import { tankGauge } from '#drivers/tank-gauge/driver.ts';
import { GaugeSimulator } from '#simulators/tank-gauge/gauge-simulator.ts';
import { tankAt } from '#simulators/tank-gauge/tank.ts';
import { ptyPair, type PtyPair } from '#test/drivers/modbus/pty-pair.ts';
import { LineRig } from '#test/drivers/line-rig.ts';

const points = {
  height: 'tank:1 height',
  temperature: 'tank:1 temperature',
  other: 'tank:2 height',
  delivery: 'tank:1 delivery',
  overfill: 'tank:1 alarm:overfill',
  probe: 'tank:1 alarm:probe-out',
};

const watch = (gauge: GaugeSimulator, more: object = {}): LineRig => {
  const [host, port] = gauge.endpoint.split(':');
  return new LineRig(
    tankGauge as Driver,
    { transport: { kind: 'tcp', host, port: Number(port) }, interval: '100ms', timeout: '500ms', ...more },
    points,
  );
};

const fine = {
  height: '1450 good',
  temperature: '18 good',
  other: '820 good',
  delivery: 'false good',
  overfill: 'false good',
  probe: 'false good',
};

describe('a console on the network', { timeout: 180_000 }, () => {
  let gauge: GaugeSimulator;
  let rig: LineRig;

  beforeEach(async () => {
    gauge = new GaugeSimulator({ port: 0 });
    await gauge.start();
    rig = watch(gauge);
    await rig.untilAll(fine);
  });
  afterEach(async () => {
    rig.stop();
    await gauge.stop();
  });

  it('tells who it is, and that it is a simulator from the first value on', () => {
    const [device] = rig.source.signals.filter((signal) => signal.type === 'device');
    expect(device).toMatchObject({ facts: { revision: expect.stringContaining('SOFTWARE#') } });
    expect(rig.source.samples.every(({ flags }) => hasFlag(flags, 'sim'))).toBe(true);
  });

  it('shows a delivery and its alarm', async () => {
    gauge.show({ ...tankAt(1, '1', 2290), isDelivering: true, alarms: [4] });
    await rig.untilAll({ height: '2290 good', delivery: 'true good', overfill: 'true good' });
  });

  it('whose probe is out sends zeros, and none of them passes for an empty tank', async () => {
    await gauge.fault({ kind: 'probe-out', tank: 1 });
    await rig.untilAll({ height: 'null sensor-fault', temperature: 'null sensor-fault', probe: 'true good' });
    expect(rig.shows('other')).toBe('820 good');
    expect(rig.trouble).toBe('degraded: the probe of tank 1 is out or gives no valid level');
    expect(rig.source.samples.some(({ value }) => value === 0)).toBe(false);
    await gauge.clear();
    await rig.untilAll(fine);
  });

  it('that no longer lists a tank makes its points bad, and the others stay good', async () => {
    await gauge.fault({ kind: 'missing-tank', tank: 1 });
    await rig.untilAll({
      height: 'null no-such-address',
      delivery: 'null no-such-address',
      probe: 'null no-such-address',
    });
    expect(rig.shows('other')).toBe('820 good');
  });

  it('that has no number for something says so', async () => {
    await gauge.fault({ kind: 'no-number', tank: 1 });
    await rig.untilAll({ temperature: 'null sentinel', height: '1450 good' });
  });

  it.each([
    { kind: 'wrong-checksum', every: 3 },
    { kind: 'cut', every: 3 },
    { kind: 'noise', every: 1 },
    { kind: 'split', size: 3 },
    { kind: 'slow', delayMs: 150 },
  ] as const)('under $kind gives no other value than it has', async (fault) => {
    await gauge.fault(fault);
    rig.source.samples.length = 0;
    await rig.batches(6);
    const heights = new Set(rig.source.samples.filter(({ point }) => point === 'height').map(({ value }) => value));
    expect(heights).toContain(1450);
    expect([...heights].filter((value) => value !== null && value !== 1450)).toEqual([]);
  });

  it('with every answer damaged has no value, says why, and recovers', async () => {
    await gauge.fault({ kind: 'wrong-checksum', every: 1 });
    await rig.untilAll({ height: 'null decode', overfill: 'null decode' });
    expect(rig.trouble).toBe('degraded: inventory (i201): an answer with a wrong checksum');
    await gauge.clear();
    await rig.untilAll(fine);
  });

  it('that knows no status report leaves its alarms unsupported, and keeps the inventory', async () => {
    rig.stop();
    await gauge.fault({ kind: 'unknown-function', code: 'i205' });
    rig = watch(gauge);
    await rig.untilAll({ height: '1450 good', overfill: 'null not-supported' });
  });

  it.each(['unknown-function', 'ignored-function'] as const)(
    'for which i902 is an %s is read all the same',
    async (kind) => {
      rig.stop();
      await gauge.fault({ kind, code: 'i902' });
      rig = watch(gauge, { timeout: '200ms' });
      await rig.untilAll(fine);
    },
  );

  it('is not read while it is not settled that it is no simulator', async () => {
    rig.stop();
    await gauge.fault({ kind: 'wrong-checksum', every: 1 });
    rig = watch(gauge);
    await rig.until('height', 'null decode');
    await rig.batches(5);
    await gauge.clear();
    await rig.untilAll(fine);
    const good = rig.source.samples.filter(({ quality }) => quality.level === 'good');
    expect(good.every(({ flags }) => hasFlag(flags, 'sim'))).toBe(true);
  });

  it('that answers nothing is lost', async () => {
    await gauge.fault({ kind: 'silent' });
    expect(await rig.untilEnd()).toMatch(/127\.0\.0\.1.*not answered/);
  });

  it('sees no command that sets', async () => {
    await rig.batches(3);
    expect(gauge.queriesSeen).toBeGreaterThan(5);
    expect(gauge.setsSeen).toBe(0);
  });
});

describe('a console with port security', { timeout: 180_000 }, () => {
  it('is read with its code, and a code that is none is refused before anything is sent', async () => {
    const gauge = new GaugeSimulator({ port: 0, securityCode: '135790' });
    await gauge.start();
    const rig = watch(gauge, { securityCode: holdSecret('${env:GAUGE_CODE}', () => '135790') });
    await rig.untilAll(fine);
    rig.stop();
    const seen = gauge.queriesSeen;
    const wrong = watch(gauge, { securityCode: holdSecret('${env:GAUGE_CODE}', () => 'S60201') });
    expect(await wrong.untilEnd()).toContain('${env:GAUGE_CODE} holds is not six digits');
    wrong.stop();
    expect(gauge.queriesSeen).toBe(seen);
    await gauge.stop();
  });
});

describe('a console on a serial port', { timeout: 180_000 }, () => {
  let cable: PtyPair;
  let gauge: GaugeSimulator;
  let rig: LineRig;

  beforeEach(async () => {
    cable = await ptyPair();
    gauge = new GaugeSimulator({ serialPath: cable.theirs });
    await gauge.start();
    rig = new LineRig(
      tankGauge as Driver,
      { transport: { kind: 'serial', path: cable.ours }, interval: '100ms', timeout: '1s' },
      points,
    );
  });
  afterEach(async () => {
    rig.stop();
    await gauge.stop();
    await cable.stop();
  });

  it('is read, and marked as simulated', async () => {
    await rig.untilAll(fine);
    expect(rig.source.samples.every(({ flags }) => hasFlag(flags, 'sim'))).toBe(true);
  });

  it('whose cable is pulled is lost', async () => {
    await rig.untilAll(fine);
    await cable.stop();
    expect(await rig.untilEnd()).toContain(cable.ours);
  });
});
