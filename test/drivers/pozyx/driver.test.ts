import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Driver } from '#drivers/driver.ts';
import { pozyx } from '#drivers/pozyx/driver.ts';
import { readEntries, readTag } from '#drivers/pozyx/tag-message.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { PozyxWire } from '#simulators/locating/pozyx-wire.ts';
import { TagRig } from '../locating/tag-rig.ts';

const TAG = 9_007_199_254_740_993n;
const NOW = Date.UTC(2026, 6, 1, 12);

describe('a message', () => {
  it('is an array of tags in millimetres and seconds', () => {
    const [entry] =
      readEntries(
        `[{"version":"1","tagId":"24576","timestamp":${NOW / 1000 - 0.5},"success":true,"data":{"coordinates":{"x":1204,"y":-800,"z":1510}}}]`,
      ) ?? [];
    expect(readTag(entry, 'hall', NOW)).toEqual({
      kind: 'fix',
      fix: { tag: '24576', map: 'hall', x: 1.204, y: -0.8, z: 1.51, sourceTime: NOW - 500, receiveTime: NOW, flags: 0 },
    });
  });

  it('without success is a tag that was heard and has no place', () => {
    expect(readTag({ tagId: '7', success: false, data: {} }, 'hall', NOW)).toEqual({ kind: 'heard', tag: '7' });
  });

  it.each([
    { tagId: '7', success: true },
    { tagId: '7', success: true, data: { coordinates: { x: 'far', y: 1 } } },
    { tagId: '', success: false },
    { success: false },
    null,
    7,
  ])('%j is refused', (entry) => {
    expect(readTag(entry, 'hall', NOW)).toBeUndefined();
  });
});

describe('driver pozyx', () => {
  let hub: LocatingHub;
  let wire: PozyxWire;
  let rig: TagRig;

  beforeEach(async () => {
    wire = new PozyxWire({ port: 0 });
    hub = new LocatingHub(new Crowd({ people: 3 }), wire, 50);
    await hub.start();
  });
  afterEach(async () => {
    rig.stop();
    await hub.stop();
  });
  const read = (more: object = {}): TagRig => {
    const options = { url: `mqtt://${hub.endpoint}`, interval: '200ms', silence: '2s', map: 'hall', ...more };
    rig = new TagRig(pozyx as Driver, options, { refused: 'refused-total' });
    return rig;
  };

  it.each([4, 5])('tells where every tag is in metres, over MQTT version %d', async (version) => {
    for (const [index, tag] of hub.crowd.tags.entries())
      hub.crowd.person(tag).hold({ x: -3.25, y: 40 + index, floor: 2 }, true);
    const tags = read({ version });
    await tags.waitFor('a fix of each', () => hub.crowd.tags.every((tag) => tags.fix(tag)?.x === -3.25));
    expect(tags.fix(TAG)).toMatchObject({ tag: '9007199254740993', map: 'hall', y: 40, z: 1.2 });
    expect(wire.foreignMessages).toBe(0);
  });

  it('reads one tag alone where its topic is named', async () => {
    const tags = read({ topic: `tags/${TAG + 1n}` });
    await tags.waitFor('its fix', () => tags.fixes(TAG + 1n).length > 3);
    expect(tags.fix(TAG)).toBeUndefined();
  });

  it.each(['cut', 'garbage'] as const)('refuses and counts messages with %s, and reads the others', async (kind) => {
    const tags = read();
    await tags.waitFor('a fix', () => tags.fix(TAG) !== undefined);
    await hub.fault({ kind, every: 3 });
    await tags.waitFor('refused', () => Number(tags.shows('refused').split(' ')[0]) > 3);
    const seen = tags.source.facts.length;
    await tags.waitFor('more fixes', () => tags.source.facts.length > seen + 3);
    expect(tags.source.end).toBeUndefined();
  });

  it('lets go of a broker that begins a packet that is too long', async () => {
    const tags = read();
    await tags.waitFor('a fix', () => tags.fix(TAG) !== undefined);
    await hub.fault({ kind: 'huge' });
    expect(await tags.untilEnd()).toContain('longer than 1048576 bytes');
  });

  it('waits a minute after a refused login', async () => {
    await hub.fault({ kind: 'refuse-login' });
    expect(await read().untilEnd()).toContain('login refused');
    expect(rig.retryAfterMs).toBe(60_000);
  });
});
