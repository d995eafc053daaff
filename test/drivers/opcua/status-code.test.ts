import { StatusCodes } from 'node-opcua-client';
import { expect, test } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { GOOD } from '#agent/model/quality.ts';
import { judge } from '#drivers/opcua/status-code.ts';

test.each([
  ['BadSensorFailure', 'bad', 'sensor-fault'],
  ['BadDeviceFailure', 'bad', 'device-fault'],
  ['BadNotConnected', 'bad', 'comm-lost'],
  ['BadNoCommunication', 'bad', 'comm-lost'],
  ['BadWaitingForInitialData', 'bad', 'not-yet-read'],
  ['BadOutOfService', 'bad', 'server:BadOutOfService'],
  ['BadNodeIdUnknown', 'bad', 'no-such-address'],
  ['BadUserAccessDenied', 'bad', 'server:BadUserAccessDenied'],
  ['UncertainLastUsableValue', 'uncertain', 'stale'],
  ['UncertainSubNormal', 'uncertain', 'server:UncertainSubNormal'],
  ['UncertainSensorNotAccurate', 'uncertain', 'sensor-fault'],
  ['UncertainNoCommunicationLastUsableValue', 'uncertain', 'comm-lost'],
] as const)('%s is %s, %s, with its raw code', (name, level, reason) => {
  const code = StatusCodes[name].value;
  expect(judge(code, StatusCodes[name].name)).toEqual({ quality: { level, reason, raw: code }, flags: 0 });
});

test('plain good is the one shared good', () => expect(judge(0, 'Good').quality).toBe(GOOD));

test('a value set by hand is good and forced, with its raw code as evidence', () =>
  expect(judge(StatusCodes.GoodLocalOverride.value, 'GoodLocalOverride')).toEqual({
    quality: { level: 'good', raw: 0x00960000 },
    flags: Flag.forced,
  }));

test('the overflow bit flags the sample and leaves it good', () =>
  expect(judge(0x480, 'Good')).toEqual({ quality: { level: 'good', raw: 0x480 }, flags: Flag.overflow }));

test('the overflow bit means nothing when the info bits do not belong to a data value', () =>
  expect(judge(0x080, 'Good').flags).toBe(0));

test('engineering units exceeded says on which side by the limit bits', () => {
  expect(judge(0x40940000 + 0x600, 'UncertainEngineeringUnitsExceeded').quality.reason).toBe('over-range');
  expect(judge(0x40940000 + 0x500, 'UncertainEngineeringUnitsExceeded').quality.reason).toBe('under-range');
  expect(judge(0x40940000, 'UncertainEngineeringUnitsExceeded').quality.reason).toBe(
    'server:UncertainEngineeringUnitsExceeded',
  );
});

test('the reserved severity counts as bad', () => expect(judge(0xc0000000, 'Bad').quality.level).toBe('bad'));
