import { outputsOf } from './device-profile.ts';
import type { DeviceProfile } from './device-profile.ts';
import type { Fault } from './fault.ts';
import type { Findings } from './findings.ts';
import { suggest } from './nearest.ts';
import type { Entry, Path } from './place.ts';

/** What no single key of a profile can tell: whether the names in it lead somewhere. */
export function checkProfile(profile: DeviceProfile, fileName: string, entry: Entry, findings: Findings): void {
  const report = (path: Path, fault: Fault): void => findings.errorAt(entry, path, fault);
  const registers = Object.keys(profile.registers);
  for (const { path, name } of registerNames(profile))
    if (!registers.includes(name))
      report(path, {
        what: `there is no register "${name}"`,
        why: 'values are read from the registers of the profile',
        todo: suggest(name, registers, 'add it to registers'),
      });
  const settings = Object.keys(profile.settings);
  for (const { path, name } of settingNames(profile))
    if (!settings.includes(name))
      report(path, {
        what: `there is no setting "${name}"`,
        why: 'a word in the place of a number is a setting of the profile',
        todo: suggest(name, settings, 'add it to settings'),
      });
  if (profile.id !== fileName)
    report(['id'], {
      what: `the id is "${profile.id}" and the file is named "${fileName}"`,
      why: 'a profile is found by the name of its file',
      todo: 'make them equal',
    });
  const outputs = outputsOf(profile).map(({ name }) => name);
  const twice = outputs.find((name, index) => outputs.indexOf(name) !== index);
  if (twice !== undefined)
    report([], {
      what: `two outputs are named "${twice}"`,
      why: 'each becomes a point with this name',
      todo: 'rename one of them',
    });
  for (const [index, { expect }] of profile.golden.entries())
    for (const name of Object.keys(expect))
      if (!outputs.includes(name))
        report(['golden', index, 'expect', name], {
          what: `there is no output "${name}"`,
          why: `a channel of this profile has ${outputs.join(', ')}`,
          todo: suggest(name, outputs, 'delete it'),
        });
}

interface Named {
  readonly path: Path;
  readonly name: string;
}

function registerNames(profile: DeviceProfile): readonly Named[] {
  const { readings, conditions, bits, codes, texts, heartbeat, mirrored } = profile;
  return [
    ...Object.entries(readings).flatMap(([key, { from, times, decimals, exponent, units }]) =>
      [
        { path: ['from'], name: from },
        { path: ['times'], name: times },
        { path: ['decimals'], name: decimals },
        { path: ['exponent'], name: exponent },
        { path: ['units', 'of'], name: units?.of },
      ].flatMap(({ path, name }) => (name === undefined ? [] : [{ path: ['readings', key, ...path], name }])),
    ),
    ...Object.entries(conditions).flatMap(([key, any]) =>
      any.map(({ of }) => ({ path: ['conditions', key], name: of })),
    ),
    ...Object.entries(bits).flatMap(([key, { when }]) =>
      when.map(({ of }) => ({ path: ['bits', key, 'when'], name: of })),
    ),
    ...Object.entries(codes).map(([key, { from }]) => ({ path: ['codes', key, 'from'], name: from })),
    ...Object.entries(texts).map(([key, { from }]) => ({ path: ['texts', key, 'from'], name: from })),
    ...(heartbeat ? [{ path: ['heartbeat', 'of'], name: heartbeat.of }] : []),
    ...mirrored.map((name, index) => ({ path: ['mirrored', index], name })),
  ];
}

function settingNames({ registers, conditions, bits, readings }: DeviceProfile): readonly Named[] {
  const ofRegisters = Object.entries(registers).flatMap(([key, { at, scale, span }]) => [
    ...(at.includes(':') ? [] : [{ path: ['registers', key, 'at'], name: at.split('+')[0] ?? '' }]),
    ...words([scale, ...(span ? [...span.raw, ...span.value] : [])], ['registers', key]),
  ]);
  const ofConditions = [
    ...Object.entries(conditions).map(([key, any]) => ({ path: ['conditions', key], any })),
    ...Object.entries(bits).map(([key, { when }]) => ({ path: ['bits', key], any: when })),
  ].flatMap(({ path, any }) => any.flatMap(({ bit, normallyEnergised }) => words([bit, normallyEnergised], path)));
  const ofReadings = Object.entries(readings).flatMap(([key, { span }]) =>
    words(span ?? [], ['readings', key, 'span']),
  );
  return [...ofRegisters, ...ofConditions, ...ofReadings];
}

const words = (values: readonly (number | string | undefined)[], path: Path): readonly Named[] =>
  values.flatMap((value) => (typeof value === 'string' ? [{ path, name: value }] : []));
