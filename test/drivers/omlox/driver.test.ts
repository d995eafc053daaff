import { afterEach, describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { holdSecret } from '#config/secret.ts';
import type { Driver } from '#drivers/driver.ts';
import { omlox } from '#drivers/omlox/driver.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { OmloxWire, trackableOf, type OmloxWireOptions } from '#simulators/locating/omlox-wire.ts';
import { TagRig } from '../locating/tag-rig.ts';

const TAG = 9_007_199_254_740_993n;

describe('driver omlox', () => {
  let hub: LocatingHub;
  let wire: OmloxWire;
  let rig: TagRig | undefined;

  const startHub = async (how: Partial<OmloxWireOptions> = {}): Promise<void> => {
    const crowd = new Crowd({ people: 4 });
    wire = new OmloxWire({ port: 0, plan: crowd.plan, ...how });
    hub = new LocatingHub(crowd, wire, 50);
    await hub.start();
  };
  const read = (more: object = {}): TagRig => {
    const options = { url: `http://${hub.endpoint}/v2`, interval: '200ms', silence: '2s', answerWithin: '1s', ...more };
    rig = new TagRig(omlox as Driver, options, { refused: 'refused-total' });
    return rig;
  };

  afterEach(async () => {
    rig?.stop();
    await hub.stop();
  });

  it.each([false, true])('tells where every tag is; the hub leaves out subscription ids: %s', async (leavesOutIds) => {
    await startHub({ leavesOutIds });
    for (const [index, tag] of hub.crowd.tags.entries())
      hub.crowd.person(tag).hold({ x: -3.25, y: 40 + index, floor: 2 }, true);
    const tags = read();
    await tags.waitFor('a fix of each', () => hub.crowd.tags.every((tag) => tags.fix(tag)?.x === -3.25));
    expect(tags.fix(TAG)).toMatchObject({ map: 'zone-1', floor: '2', z: 1.2, accuracyM: 0.3 });
    expect(wire.impatientSubscriptions).toBe(0);
    expect(wire.foreignMessages).toBe(0);
  });

  it('gives degrees on the map wgs84', async () => {
    await startHub({ isGeographic: true });
    const tags = read();
    await tags.waitFor('a fix', () => tags.fix(TAG) !== undefined);
    expect(tags.fix(TAG)?.map).toBe('wgs84');
    expect(tags.fix(TAG)?.x).toBeCloseTo(121.62, 2);
  });

  it('knows tags by their trackable when asked to, also from motions', async () => {
    await startHub();
    const tags = read({ tag: 'trackable', topics: ['trackable_motions'], snapshot: false });
    const seen = () => tags.source.facts.map((fact) => (fact.kind === 'tag-fix' ? fact.tag : ''));
    await tags.waitFor('a fix', () => seen().includes(trackableOf(TAG) as never));
  });

  it('tells at once where a sleeping tag was last, from the snapshot', async () => {
    await startHub();
    for (let step = 0; step < 20; step += 1) wire.say(hub.crowd.step(1000, Date.now() - 900_000 + step));
    await hub.fault({ kind: 'silent' });
    const tags = read();
    await tags.waitFor('a fix of each', () => hub.crowd.tags.every((tag) => tags.fix(tag) !== undefined));
    const fix = tags.fix(TAG);
    expect(Date.now() - (fix?.sourceTime ?? 0)).toBeGreaterThan(890_000);
    expect(fix?.flags).toBe(Flag.sim);
  });

  it('goes on without a snapshot where the hub has none, and says so', async () => {
    await startHub({ hasNoSnapshot: true });
    const tags = read({ url: `http://${hub.endpoint}/v2/` });
    await tags.waitFor('the event', () => tags.events('omlox.no-snapshot').length === 1);
    await tags.waitFor('a fix', () => tags.fix(TAG) !== undefined);
  });

  it('tells entries and exits of the hub’s own fences as events', async () => {
    await startHub();
    const person = hub.crowd.person(TAG);
    person.hold({ x: 10, y: 10, floor: 1 }, true);
    const tags = read();
    await tags.waitFor('a fix', () => tags.fix(TAG)?.x === 10);
    person.hold({ x: 33, y: 10, floor: 1 }, true);
    await tags.waitFor('an exit', () =>
      tags.events('omlox.fence-exit').some(({ detail }) => detail?.['fence'] === 'hydrogenation'),
    );
  });

  it('refuses and counts messages that are cut, and reads the others', async () => {
    await startHub();
    const tags = read({ topics: ['location_updates'] });
    await tags.waitFor('a fix', () => tags.fix(TAG) !== undefined);
    await hub.fault({ kind: 'cut', every: 3 });
    await tags.waitFor('refused', () => Number(tags.shows('refused').split(' ')[0]) > 3);
    const seen = tags.source.facts.length;
    await tags.waitFor('more fixes', () => tags.source.facts.length > seen + 3);
    expect(tags.trouble).toContain('messages are refused');
  });

  it('lets go of a hub that sends bytes for text', async () => {
    await startHub();
    const tags = read();
    await tags.waitFor('a fix', () => tags.fix(TAG) !== undefined);
    await hub.fault({ kind: 'garbage', every: 3 });
    expect(await tags.untilEnd()).toContain('invalid UTF-8');
  });

  it('waits a minute after a refused login', async () => {
    await startHub();
    await hub.fault({ kind: 'refuse-login' });
    const tags = read({ token: holdSecret('${env:TOKEN}', () => 'wrong') });
    expect(await tags.untilEnd()).toContain('not authorised');
    expect(tags.retryAfterMs).toBe(60_000);
  });

  it('gives up a hub that sends more than the longest message', async () => {
    await startHub();
    const tags = read();
    await tags.waitFor('a fix', () => tags.fix(TAG) !== undefined);
    await hub.fault({ kind: 'huge' });
    expect(await tags.untilEnd()).toContain('Max payload size exceeded');
  });
});
