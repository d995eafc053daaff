import { assert, property, uint8Array } from 'fast-check';
import { decodePayload, encodePayload } from 'sparkplug-payload/lib/sparkplugbpayload.js';
import { describe, expect, it } from 'vitest';
import { createHostWatch } from '#agent/uplink/sparkplug/host-state.ts';
import { type DataType, encodeMetric, encodeStamp } from '#agent/uplink/sparkplug/payload.ts';
import { asksForRebirth } from '#agent/uplink/sparkplug/rebirth.ts';
import { readSparkplugPayload, writeSparkplugCommand } from '#simulators/receiver/sparkplug-payload.ts';

const cases: readonly [DataType, number | boolean | string | null][] = [
  ['Double', 21.5],
  ['Double', -0.000_1],
  ['Int32', -7],
  ['Int64', 255],
  ['Int64', -1],
  ['Boolean', true],
  ['Boolean', false],
  ['String', '反应釜'],
  ['String', ''],
  ['Double', null],
];

describe('a payload of Sparkplug B', () => {
  it('is read alike by the decoder of Eclipse Tahu and by the host simulator', () => {
    for (const [type, value] of cases) {
      const metric = { name: 'T-101', alias: 300, timestamp: 1_764_000_000_000, type, value } as const;
      const properties = [
        { key: 'Quality', type: 'Int32', value: 192 },
        { key: 'sim', type: 'Boolean', value: true },
      ] as const;
      const bytes = Buffer.concat([
        encodeMetric({ ...metric, isHistorical: true, properties }),
        encodeStamp(1_764_000_000_123, 7),
      ]);
      const tahu = decodePayload(bytes);
      expect(Number(tahu.seq)).toBe(7);
      expect(Number(tahu.timestamp)).toBe(1_764_000_000_123);
      const read = tahu.metrics?.[0];
      expect(read).toMatchObject({ name: 'T-101', type, isHistorical: true });
      expect([Number(read?.alias), Number(read?.timestamp)]).toEqual([300, 1_764_000_000_000]);
      const isWhole = type === 'Int64' && value !== null;
      // Tahu hands on 64 bits as they are, without their sign.
      expect(isWhole ? Number(BigInt.asIntN(64, BigInt(String(read?.value)))) : read?.value).toEqual(value);
      expect(read?.properties).toMatchObject({ Quality: { value: 192, type: 'Int32' }, sim: { value: true } });
      const own = readSparkplugPayload(bytes);
      expect(own).toMatchObject({ seq: 7, timestamp: 1_764_000_000_123 });
      expect(own.metrics[0]).toMatchObject({ name: 'T-101', alias: 300, isNull: value === null });
      expect(own.metrics[0]?.value ?? null).toEqual(value);
      expect(own.metrics[0]?.properties).toEqual({ Quality: 192, sim: true });
    }
  });

  it('asks for a rebirth in one way only, whoever encoded it', () => {
    const command = (name: string, value: boolean) =>
      Buffer.from(encodePayload({ timestamp: 1, metrics: [{ name, value, type: 'Boolean' }] }));
    expect(asksForRebirth(command('Node Control/Rebirth', true))).toBe(true);
    expect(asksForRebirth(writeSparkplugCommand('Node Control/Rebirth', true, Date.now()))).toBe(true);
    expect(asksForRebirth(command('Node Control/Rebirth', false))).toBe(false);
    expect(asksForRebirth(command('Node Control/Reboot', true))).toBe(false);
  });

  it('that is noise asks for nothing', () => {
    assert(property(uint8Array({ maxLength: 64 }), (bytes) => !asksForRebirth(bytes)));
  });
});

describe('the state of a primary host', () => {
  it('is what its newest message says; older ones and noise say nothing', () => {
    const read = createHostWatch();
    const say = (online: boolean, timestamp: number) => read(Buffer.from(JSON.stringify({ online, timestamp })));
    expect(say(true, 100)).toBe('online');
    expect(say(false, 99)).toBeUndefined();
    expect(say(false, 100)).toBe('offline');
    expect(read(Buffer.from('ONLINE'))).toBeUndefined();
    expect(read(Buffer.from('{"online":"yes","timestamp":101}'))).toBeUndefined();
  });
});
