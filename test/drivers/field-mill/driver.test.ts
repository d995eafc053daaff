import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import type { Driver } from '#drivers/driver.ts';
import { fieldMill } from '#drivers/field-mill/driver.ts';
import { MillSimulator } from '#simulators/lightning/mill-simulator.ts';
import { ptyPair, type PtyPair } from '#test/drivers/modbus/pty-pair.ts';
import { LineRig } from '#test/drivers/line-rig.ts';

const points = {
  field: 'field',
  peak: 'peak',
  fault: 'fault',
  stuck: 'stuck',
  damaged: 'damaged',
  jumps: 'jumps-total',
};

describe('a mill behind a serial server', { timeout: 180_000 }, () => {
  let mill: MillSimulator;
  let rig: LineRig;

  const watch = (more: object = {}): LineRig => {
    const [host, port] = mill.endpoint.split(':');
    return new LineRig(
      fieldMill as Driver,
      { transport: { kind: 'tcp', host, port: Number(port) }, interval: '200ms', silence: '2s', ...more },
      points,
    );
  };

  beforeEach(async () => {
    mill = new MillSimulator({ port: 0, everyMs: 10 });
    mill.show(-1.25);
    await mill.start();
    rig = watch();
    await rig.until('field', '-1.25 good');
  });
  afterEach(async () => {
    rig.stop();
    await mill.stop();
  });

  it.each([
    { kind: 'noise', every: 2 },
    { kind: 'wrong-checksum', every: 2 },
    { kind: 'flipped-bit', every: 2 },
    { kind: 'cut', every: 2 },
  ] as const)('under $kind on every second line gives no other value than the mill said', async (fault) => {
    await mill.fault(fault);
    rig.source.samples.length = 0;
    await rig.batches(8);
    const fields = rig.source.samples.filter(({ point }) => point === 'field' || point === 'peak');
    expect(fields.length).toBeGreaterThan(10);
    expect(new Set(fields.map(({ value }) => value))).toEqual(new Set([-1.25]));
  });

  it('with every line damaged has no value, says why, and recovers', async () => {
    await mill.fault({ kind: 'wrong-checksum', every: 1 });
    await rig.until('field', 'null decode');
    expect(rig.trouble).toContain('none of them make a sentence');
    await mill.clear();
    await rig.until('field', '-1.25 good');
    expect(rig.trouble).toBe('online: ');
  });

  it('at the wrong speed points to the speed', async () => {
    await mill.fault({ kind: 'wrong-baud' });
    await rig.until('field', 'null decode');
    expect(rig.trouble).toMatch(/degraded: .*19200 8N1/);
  });

  it('with a rotor that stands is a sensor fault, by its own word', async () => {
    await mill.fault({ kind: 'rotor-fault' });
    await rig.untilAll({ field: 'null sensor-fault', fault: 'true good' });
    expect(rig.trouble).toContain('fault of its own');
  });

  it('that is frozen is uncertain after the configured time', async () => {
    rig.stop();
    rig = watch({ stuck: { same: '1s' } });
    await rig.untilAll({ field: '-1.25 sensor-fault', stuck: 'true good' });
    mill.show(-1.3);
    await rig.untilAll({ field: '-1.3 good', stuck: 'false good' });
  });

  it('whose rotor stands in silence is uncertain after the configured time', async () => {
    rig.stop();
    rig = watch({ stuck: { flat: '1s' } });
    await mill.fault({ kind: 'rotor-stopped' });
    await rig.until('field', '0 sensor-fault');
  });

  it('passes over spikes of one reading, and counts a flash that stays', async () => {
    await mill.fault({ kind: 'spike', field: 12, every: 7 });
    await rig.batches(4);
    expect(rig.source.samples.some(({ point, value }) => point === 'peak' && value === 12)).toBe(false);
    expect(rig.shows('jumps')).toBe('0 good');
    await mill.clear();
    mill.show(4);
    await rig.until('jumps', '1 good');
  });

  it('that falls silent on an open connection is lost', async () => {
    await mill.fault({ kind: 'silent' });
    expect(await rig.untilEnd()).toMatch(/127\.0\.0\.1.*not a byte/);
  });

  it('is never spoken to', async () => {
    await rig.batches(3);
    expect(mill.bytesReceived).toBe(0);
  });
});

describe('a mill on a serial port', { timeout: 180_000 }, () => {
  let cable: PtyPair;
  let mill: MillSimulator;
  let rig: LineRig;

  beforeEach(async () => {
    cable = await ptyPair();
    mill = new MillSimulator({ serialPath: cable.theirs });
    mill.show(2.75);
    await mill.start();
    rig = new LineRig(
      fieldMill as Driver,
      { transport: { kind: 'serial', path: cable.ours }, interval: '300ms' },
      points,
    );
  });
  afterEach(async () => {
    rig.stop();
    await mill.stop();
    await cable.stop();
  });

  it('is read, marked as simulated, and never spoken to', async () => {
    await rig.untilAll({ field: '2.75 good', damaged: '0 good' });
    expect(rig.source.samples.every(({ flags }) => hasFlag(flags, 'sim'))).toBe(true);
    expect(mill.bytesReceived).toBe(0);
  });

  it('whose cable is pulled is lost', async () => {
    await rig.until('field', '2.75 good');
    await cable.stop();
    expect(await rig.untilEnd()).toContain(cable.ours);
  });
});
