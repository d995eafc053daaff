import { afterEach, describe, expect, it, vi } from 'vitest';
import { scenarioSchema, type Scenario } from '#simulators/scenario/scenario.ts';
import { startSimulators, type Simulators, type SimulatorsOptions } from '#simulators/start-simulators.ts';
import { RawClient, readPdu } from './modbus/raw-client.ts';

const running: Simulators[] = [];

const start = async (options: SimulatorsOptions): Promise<Simulators> => {
  const simulators = await startSimulators({ devices: ['modbus'], sampleMs: 10, ...options });
  running.push(simulators);
  return simulators;
};

afterEach(async () => {
  for (const simulators of running.splice(0)) await simulators.stop();
});

const scenario = (written: object): Scenario =>
  scenarioSchema.parse({ id: 'test', title: { zh: '测试', en: 'Test' }, about: 'For a test.', ...written });

/** A clock that a test moves. */
const handClock = () => {
  let ms = 0;
  return {
    now: () => Date.UTC(2026, 0, 1) + ms,
    monotonic: () => ms,
    pass: (by: number) => {
      ms += by;
    },
  };
};

describe('startSimulators', () => {
  it('gives a device the faults of the scenario and takes them away again', async () => {
    const clock = handClock();
    const fault = { device: 'modbus', fault: { kind: 'gone' } };
    const simulators = await start({ clock, scenario: scenario({ steps: [{ at: '2s', for: '3s', fault }] }) });
    expect(simulators.status().faults).toEqual([]);
    clock.pass(2500);
    await vi.waitFor(() => expect(simulators.status().faults).toEqual([fault]), { timeout: 45_000 });
    await expect(RawClient.to(simulators.endpoints.modbus ?? '')).rejects.toThrow(/ECONNREFUSED/);
    clock.pass(3000);
    await vi.waitFor(() => expect(simulators.status().faults).toEqual([]), { timeout: 45_000 });
    const client = await RawClient.to(simulators.endpoints.modbus ?? '');
    expect((await client.ask(1, readPdu(3, 0x100, 1))).readUInt16BE(0)).toBe(1);
    client.socket.destroy();
  });

  it('keeps the reason when a device cannot take a fault, and goes on', async () => {
    const clock = handClock();
    const freeze = { device: 'modbus', fault: { kind: 'freeze', point: 'T-1101.level' } };
    const simulators = await start({ clock, scenario: scenario({ steps: [{ at: '1s', fault: freeze }] }) });
    clock.pass(1500);
    await vi.waitFor(() => expect(simulators.status().errors).toEqual([expect.stringContaining('T-1101.level')]), {
      timeout: 45_000,
    });
    clock.pass(1000);
    await vi.waitFor(() => expect(simulators.status().scenarioSeconds).toBe(2.5), { timeout: 45_000 });
  });

  it("samples at the clock's time, and lets the plant live by it", async () => {
    const clock = handClock();
    const simulators = await start({ clock, scenario: scenario({ pace: 4 }), speed: 2 });
    clock.pass(3000);
    await vi.waitFor(() => expect(simulators.truth()).toMatchObject({ time: clock.now(), plantSeconds: 24 }), {
      timeout: 45_000,
    });
  });

  it('catches up ten seconds at most after the machine was suspended', async () => {
    const clock = handClock();
    const simulators = await start({ clock });
    clock.pass(3_600_000);
    await vi.waitFor(() => expect(simulators.truth().time).toBe(clock.now()), { timeout: 45_000 });
    expect(simulators.status().scenarioSeconds).toBe(10);
  });

  it('shows a handle that was moved, and forgets it when a scenario starts over', async () => {
    const clock = handClock();
    const simulators = await start({ clock });
    const isClosed = () => simulators.truth().tags.find(({ point }) => point === 'XV-1101.closed')?.truth;
    simulators.set({ 'XV-1101.open': 0 });
    clock.pass(5000);
    await vi.waitFor(() => expect(isClosed()).toBe(true), { timeout: 45_000 });
    await simulators.play('demo');
    expect(isClosed()).toBe(false);
    expect(simulators.expects.length).toBeGreaterThan(5);
  });
});
