import { describe, expect, it } from 'vitest';
import { rig } from './camera-rig.ts';

const events = [
  'event:motion',
  'event:tamper',
  'event:too-dark',
  'event:scene-change',
  'event:line',
  'event:field',
  'event:digital-input/1',
  'event:digital-input/DI_2',
  'event:people-count',
  'topic:tns1:RuleEngine/MySmokeDetector/Smoke#State',
  'health:events',
];

describe('events of a camera', { timeout: 180_000 }, () => {
  it('begin with what holds already, and what the camera cannot report is bad', async () => {
    const { camera, open, shown, until } = await rig({}, events);
    camera.show('tamper', true);
    camera.show('digital-input/2', true);
    open();
    await until('the last', () => shown('topic:tns1:RuleEngine/MySmokeDetector/Smoke#State') !== undefined);
    expect(Object.fromEntries(events.map((one) => [one, shown(one)]))).toEqual({
      'event:motion': false,
      'event:tamper': true,
      'event:too-dark': false,
      'event:scene-change': false,
      'event:line': false,
      'event:field': false,
      'event:digital-input/1': false,
      'event:digital-input/DI_2': true,
      'event:people-count': 'bad: no-such-address',
      'topic:tns1:RuleEngine/MySmokeDetector/Smoke#State': false,
      'health:events': true,
    });
  });

  it('arrive one by one, and a crossed line ends after its hold', async () => {
    const { camera, open, shown, until } = await rig({}, events);
    open({ hold: '400ms' });
    await until('the beginning', () => shown('event:field') === false);
    camera.show('field', true);
    camera.show('smoke', true);
    camera.show('line', 7);
    await until('all three', () => shown('event:field') === true && shown('event:line') === true);
    expect(shown('topic:tns1:RuleEngine/MySmokeDetector/Smoke#State')).toBe(true);
    expect(shown('event:digital-input/1')).toBe(false);
    await until('the hold to end', () => shown('event:line') === false);
    expect(shown('event:field')).toBe(true);
  });

  it('go on after the camera forgot its subscriptions in a restart, and are bad in between', async () => {
    const { camera, open, shown, until } = await rig({}, events);
    const source = open();
    await until('the beginning', () => shown('event:motion') === false);
    await camera.fault({ kind: 'reboot' });
    await until('bad', () => source.samples.some(({ quality }) => quality.reason === 'comm-lost'));
    camera.show('motion', true);
    await until('motion', () => shown('event:motion') === true);
    const gaps = source.signals.flatMap((signal) => (signal.type === 'gap' ? [signal.gap] : []));
    expect(gaps).toMatchObject([{ reason: 'comm-lost' }]);
    expect(gaps[0]?.points).toContain('event:motion');
    expect(gaps[0]?.to).toBeGreaterThan(gaps[0]?.from ?? Number.NaN);
    expect(source.end).toBeUndefined();
  });

  it('never take a second subscription, whatever is lost, and none when released', async () => {
    const { camera, open, shown, until } = await rig({ maxSubscriptions: 1 }, events);
    for (let life = 0; life < 3; life++) {
      const source = open();
      await until('the beginning', () => shown('event:motion') === false);
      expect(camera.subscriptions.count).toBe(1);
      source.stop();
      await until('an end in the camera', () => camera.subscriptions.count === 0);
    }
    const source = open();
    await until('the beginning', () => shown('event:motion') === false);
    await camera.fault({ kind: 'hang' });
    await until('the loss', () => source.end !== undefined);
    await camera.clear();
    open();
    await until('the place that was left behind', () => shown('event:motion') === false);
    expect(camera.subscriptions.count).toBe(1);
  });

  it('are renewed in time, for as long as it takes', async () => {
    const { camera, open, shown, until } = await rig({}, events);
    open({ subscription: '2s', pull: '500ms' });
    await until('the beginning', () => shown('event:motion') === false);
    await until('three renewals', () => (camera.operations.get('Renew') ?? 0) >= 3);
    expect(camera.subscriptions.created).toBe(1);
    camera.show('motion', true);
    await until('motion', () => shown('event:motion') === true);
  });

  it('in a storm cost few questions, and end where they ended', async () => {
    const { camera, open, shown, until } = await rig({}, events);
    const source = open();
    await until('the beginning', () => shown('event:motion') === false);
    const before = camera.operations.get('PullMessages') ?? 0;
    await camera.fault({ kind: 'event-storm', perSecond: 2_000 });
    await until('many', () => source.samples.length > 500);
    expect((camera.operations.get('PullMessages') ?? 0) - before).toBeLessThan(30);
    const status = (): unknown => source.signals.findLast(({ type }) => type === 'status');
    await until('a storm that is told', () => JSON.stringify(status()).includes('more than 250 events in 5 s'));
    expect(status()).toMatchObject({ state: 'degraded' });
    await camera.clear();
    camera.show('motion', false);
    camera.show('motion', true);
    camera.show('tamper', true);
    await until('the calm after it', () => shown('event:tamper') === true && shown('event:motion') === true);
    await until('its end', () => JSON.stringify(status()).includes('"online"'), 60_000);
  });
});
