import { afterEach, describe, expect, it } from 'vitest';
import { pozyx } from '#drivers/pozyx/driver.ts';
import type { Driver } from '#drivers/driver.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { locatingFaultSchema } from '#simulators/locating/fault.ts';
import { usualFlaws } from '#simulators/locating/flaws.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { LocalSenseWire } from '#simulators/locating/local-sense-wire.ts';
import { OmloxWire } from '#simulators/locating/omlox-wire.ts';
import { JsonWire } from '#simulators/locating/json-wire.ts';
import { PozyxWire } from '#simulators/locating/pozyx-wire.ts';
import { TagRig } from '#test/drivers/locating/tag-rig.ts';

const wires = {
  'local-sense': (crowd: Crowd) => new LocalSenseWire({ port: 0, plan: crowd.plan }),
  omlox: (crowd: Crowd) => new OmloxWire({ port: 0, plan: crowd.plan }),
  pozyx: () => new PozyxWire({ port: 0 }),
  'json over mqtt': () => new JsonWire('mqtt'),
  'json over web-socket': () => new JsonWire('web-socket'),
  'json over tcp': () => new JsonWire('tcp'),
} as const;

describe.each(Object.entries(wires))('a simulated hub that speaks %s', (_, wire) => {
  let hub: LocatingHub;

  afterEach(() => hub.stop());

  it('takes every fault away again, and comes back on its port', async () => {
    const crowd = new Crowd({ people: 2 });
    hub = new LocatingHub(crowd, wire(crowd), 20);
    await hub.start();
    const { endpoint } = hub;
    for (const { shape } of locatingFaultSchema.options) {
      const kind = shape.kind.value;
      await hub.fault(locatingFaultSchema.parse(kind === 'clock-step' ? { kind, offsetMs: 5 } : { kind }));
    }
    expect(hub.faults.length).toBeGreaterThan(3);
    await hub.clear();
    expect(hub.faults).toEqual([]);
    expect(hub.endpoint).toBe(endpoint);
    expect(hub.truth()).toHaveLength(2);
  });
});

it('tells of people who walk what is true of them, but for its flaws', async () => {
  const crowd = new Crowd({ people: 10, seed: 9, flaws: { ...usualFlaws, dropoutsPerHour: 0 } });
  const hub = new LocatingHub(crowd, new PozyxWire({ port: 0 }), 20);
  await hub.start();
  const rig = new TagRig(pozyx as Driver, { url: `mqtt://${hub.endpoint}` }, {});
  try {
    await rig.waitFor('a thousand fixes', () => rig.source.facts.length > 1000);
    await rig.waitFor('everybody near the truth', () =>
      hub.truth().every((person) => {
        const fix = rig.fix(person.tag);
        return fix !== undefined && Math.hypot(fix.x - person.x, fix.y - person.y) < 1.2;
      }),
    );
  } finally {
    rig.stop();
    await hub.stop();
  }
});
