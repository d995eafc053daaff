import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TagState } from '#agent/model/tag.ts';
import { holdSecret } from '#config/secret.ts';
import { localSense } from '#drivers/local-sense/driver.ts';
import type { Driver } from '#drivers/driver.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import type { FrameStyle } from '#simulators/locating/local-sense-frame.ts';
import { LocalSenseWire } from '#simulators/locating/local-sense-wire.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { TagRig } from '../locating/tag-rig.ts';

const TAG = 9_007_199_254_740_993n;

const optionsOf = (hub: LocatingHub, more: object = {}): unknown => ({
  url: `ws://${hub.endpoint}`,
  user: 'admin',
  password: holdSecret('${env:HUB}', () => 'localsense'),
  interval: '200ms',
  silence: '2s',
  ...more,
});

describe('driver local-sense', () => {
  let hub: LocatingHub;
  let wire: LocalSenseWire;
  let rig: TagRig;

  const begin = async (people: number, style: FrameStyle = { width: 8, isLong: true }, more: object = {}) => {
    const crowd = new Crowd({ people, ...(style.width === 8 ? {} : { firstTag: 40_000n }) });
    wire = new LocalSenseWire({ port: 0, plan: crowd.plan, style });
    hub = new LocatingHub(crowd, wire, 50);
    await hub.start();
    rig = new TagRig(localSense as Driver, optionsOf(hub, more), { refused: 'refused-total', lost: 'tags-lost' });
  };

  beforeEach(() => begin(5));
  afterEach(async () => {
    rig.stop();
    await hub.stop();
  });
  const again = async (...how: Parameters<typeof begin>) => {
    rig.stop();
    await hub.stop();
    await begin(...how);
  };

  it('tells where every tag is, with its exact id, within a centimetre', async () => {
    for (const [index, tag] of hub.crowd.tags.entries())
      hub.crowd.person(tag).hold({ x: -3.25, y: 40 + index, floor: 2 }, true);
    await rig.waitFor('a fix of each', () => hub.crowd.tags.every((tag) => rig.fix(tag)?.x === -3.25));
    const fixes = hub.crowd.tags.map((tag) => rig.fix(tag));
    expect(fixes.map((fix) => fix?.y)).toEqual([40, 41, 42, 43, 44]);
    expect(fixes[0]).toMatchObject({ tag: '9007199254740993', map: '1', floor: '2', z: 1.2 });
  });

  it.each([
    { width: 2, isLong: false },
    { width: 4, isLong: false },
    { width: 8, isLong: false },
    { width: 4, isLong: true },
  ] as const)('reads ids of $width bytes, long records: $isLong', async (style) => {
    await again(3, style);
    await rig.waitFor('a fix of each', () => hub.crowd.tags.every((tag) => rig.fix(tag) !== undefined));
    const [first] = hub.crowd.tags;
    expect(Math.abs((rig.fix(first ?? 0n)?.sourceTime ?? 0) - Date.now())).toBeLessThan(5_000);
    await rig.until('refused', '0 good');
  });

  it('gives degrees on the map wgs84 when asked for geographic positions, and passes over the others', async () => {
    await again(1, { width: 8, isLong: true, isGeographic: true }, { positions: 'geographic' });
    await rig.waitFor('a fix', () => rig.fix(TAG) !== undefined);
    expect(rig.fix(TAG)?.map).toBe('wgs84');
    expect(rig.fix(TAG)?.x).toBeCloseTo(121.62, 2);
    expect(rig.fix(TAG)?.y).toBeCloseTo(38.92, 2);
  });

  it('tells SOS each time, and a cut strap', async () => {
    await rig.waitFor('a fix', () => rig.fix(TAG) !== undefined);
    const states = (): readonly TagState[] => rig.states(TAG);
    hub.crowd.sos(TAG);
    await rig.waitFor('SOS', () => states().filter(({ sos }) => sos === true).length === 1);
    hub.crowd.sos(TAG);
    await rig.waitFor('SOS again', () => states().filter(({ sos }) => sos === true).length === 2);
    hub.crowd.cutStrap(TAG);
    await rig.waitFor('a cut strap', () => states().some(({ isStrapCut }) => isStrapCut === true));
    expect(rig.events('local-sense.alarm').length).toBeGreaterThanOrEqual(3);
  });

  it('tells that a tag disappeared, and that it is back with its next fix', async () => {
    await rig.waitFor('a fix', () => rig.fix(TAG) !== undefined);
    hub.crowd.person(TAG).silence(5);
    wire.say({ reports: [], happenings: [{ kind: 'disappeared', tag: TAG, time: Date.now() }] });
    const lost = () => rig.states(TAG).flatMap(({ isLost }) => isLost ?? []);
    await rig.waitFor('lost', () => lost().at(-1) === true);
    await rig.until('lost', '1 good');
    await rig.waitFor('back', () => lost().at(-1) === false);
    expect(lost()).toEqual([true, false]);
    expect(wire.foreignMessages).toBe(0);
  });

  it('knows asleep from lost: a tag that rests says so, and goes on resting', async () => {
    hub.crowd.person(TAG).hold({ x: 1, y: 1, floor: 1 });
    for (let second = 0; second < 12; second += 1) hub.crowd.person(TAG).step(1);
    await rig.waitFor('asleep', () => rig.states(TAG).some(({ isAsleep }) => isAsleep === true));
    expect(rig.fix(TAG)?.isMoving).toBe(false);
    expect(rig.states(TAG).some(({ isLost }) => isLost === true)).toBe(false);
  });

  it.each(['flipped-bit', 'cut', 'garbage'] as const)(
    'refuses and counts frames with %s, and reads the others',
    async (kind) => {
      await rig.waitFor('a fix', () => rig.fix(TAG) !== undefined);
      await hub.fault({ kind, every: 2 });
      await rig.waitFor('refused frames', () => Number(rig.shows('refused').split(' ')[0]) >= 3);
      const seen = rig.fixes(TAG).length;
      await rig.waitFor('more fixes', () => rig.fixes(TAG).length >= seen + 3);
      expect(rig.trouble).toContain('messages are refused');
      expect(rig.source.end).toBeUndefined();
    },
  );

  it('lets go of a hub that sends more than the longest message', async () => {
    await rig.waitFor('a fix', () => rig.fix(TAG) !== undefined);
    await hub.fault({ kind: 'huge' });
    expect(await rig.untilEnd()).toContain('Max payload size exceeded');
  });

  it('waits a minute after a refused login, so that no account is locked', async () => {
    await hub.fault({ kind: 'refuse-login' });
    rig.stop();
    rig = new TagRig(localSense as Driver, optionsOf(hub), {});
    expect(await rig.untilEnd()).toContain('wrong user or password');
    expect(rig.retryAfterMs).toBe(60_000);
  });

  it('marks times of a clock that is far off', async () => {
    await hub.fault({ kind: 'clock-step', offsetMs: 3_600_000 });
    await rig.waitFor('a suspect fix', () => (rig.fix(TAG)?.flags ?? 0) >= 32);
    expect(Math.abs((rig.fix(TAG)?.sourceTime ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  it('is degraded when no tag is heard any more, though the hub answers', async () => {
    await again(2, { width: 8, isLong: true }, { quiet: '600ms' });
    await rig.waitFor('a fix', () => rig.fix(TAG) !== undefined);
    await hub.fault({ kind: 'silent' });
    await rig.waitFor('trouble', () => rig.trouble.startsWith('degraded: connected, but no tag'));
  });
});
