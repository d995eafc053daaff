import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import { outputsOf } from './device-profile.ts';
import type { DeviceChannel, DeviceProfile, ExpectedReading } from './device-profile.ts';
import { checkDevice } from './device-rules.ts';
import { deviceSchema } from './device-schema.ts';
import type { DeviceText, GasText } from './device-schema.ts';
import { nameOf, readingText, toldText } from './device-points.ts';
import { beyondStandard, rangeOf, unitOf } from './gas-limits.ts';
import type { ProfileShelf } from './load-profile.ts';
import { suggest } from './nearest.ts';
import { valueAt } from './place.ts';
import type { Entry, Path } from './place.ts';
import type { ReadSource } from './read-sources.ts';
import { formOf } from './schema-shape.ts';

const form = formOf(deviceSchema);

/** A point that a device profile made: its entry stands where the device does, and its address is known already. */
export interface ExpandedPoint extends Entry {
  readonly address: unknown;
}

/** Turns one entry of `devices:` into the points of all its channels; faults are reported at the device. */
export function expandDevice(
  entry: Entry,
  sources: ReadonlyMap<string, ReadSource>,
  shelf: ProfileShelf,
  reading: Reading,
): readonly ExpandedPoint[] {
  const device = checkEntry(form, entry, reading);
  const name = valueAt(entry.value, ['profile']);
  const loaded = typeof name === 'string' ? shelf.take(name, entry.directory) : undefined;
  if (loaded && 'fault' in loaded && loaded.fault) reading.findings.errorAt(entry, ['profile'], loaded.fault);
  if (!device || !loaded || !('profile' in loaded)) return [];
  const source = sources.get(device.source);
  const { profile } = loaded;
  if (source && !isReadBy(source, profile, entry, reading)) return [];
  checkDevice(device, profile, entry, reading);
  return device.channels
    .filter((channel) => channel <= profile.channels.last)
    .flatMap((channel) => pointsOf({ device, profile, channel, entry, source, reading }));
}

function isReadBy({ forms }: ReadSource, profile: DeviceProfile, entry: Entry, { findings }: Reading): boolean {
  const { kind } = forms;
  if (kind.kind === profile.protocol && kind.channelAddress) return true;
  findings.errorAt(entry, ['source'], {
    what: `the source is of kind ${kind.kind}`,
    why: `${profile.id} speaks ${profile.protocol}`,
    todo: `name a source of kind ${profile.protocol}`,
  });
  return false;
}

interface Expansion {
  readonly device: DeviceText;
  readonly profile: DeviceProfile;
  readonly channel: number;
  readonly entry: Entry;
  readonly source: ReadSource | undefined;
  readonly reading: Reading;
}

function pointsOf(expansion: Expansion): readonly ExpandedPoint[] {
  const { device, profile, channel, entry, source, reading } = expansion;
  const own = device.channel?.[String(channel)] ?? {};
  const text = { ...device, ...own };
  const id = own.id ?? (profile.channels.last === 1 ? device.prefix : `${device.prefix}${channel}`);
  const settings = settingsOf(expansion, { ...device.settings, ...own.settings });
  const channelPath: Path = device.channel?.[String(channel)] ? ['channel', String(channel)] : [];
  const gas = gasOf(expansion, text.gas, channelPath);
  if (!settings || gas === 'missing') return [];
  // Limits of the device are those of its gas: a channel with another one has its own, or the standard's.
  const alarms = own.gas ? own.alarms : text.alarms;
  const written = (path: Path): unknown =>
    valueAt(entry.value, [...channelPath, ...path]) ??
    (own.gas && path[0] === 'alarms' ? undefined : valueAt(entry.value, path));
  const readings = readingsOf(profile, text, gas);
  const deviceChannel: DeviceChannel = {
    id,
    profile,
    channel,
    settings,
    readings,
    latchesOverRange: text.sensor === 'catalytic',
    ...(device.unit !== undefined && { unit: device.unit }),
    ...(device.order && { order: device.order }),
  };
  if (!hasRanges({ profile, entry, reading, channel, channelPath }, readings)) return [];
  if (gas && alarms)
    for (const { kind, fault } of beyondStandard(gas, alarms))
      reading.findings.errorAt(entry, [...(own.alarms ? channelPath : []), 'alarms', kind], fault);
  const name = text.name ?? id;
  return outputsOf(profile).map(({ name: output, kind }, index) => ({
    value: withoutUndefined({
      id: `${id}.${output}`,
      source: device.source,
      address: `${profile.id} ${id} ${output}`,
      name: nameOf(profile, name, output, kind),
      zone: text.zone,
      hazardSource: text.hazardSource,
      staleAfter: `${device.staleAfter ?? profile.limits.staleAfter ?? 10_000}ms`,
      ...(kind === 'reading'
        ? readingText(profile, output, { written, gas, name, isFirst: index === 0, readings })
        : toldText(profile, output, kind, { name, device })),
    }),
    directory: entry.directory,
    // Everything about the point is told where the integrator can change it.
    at: (path, part) => entry.at(placeOf(entry, channelPath, output, path), part),
    label: (path) => entry.label(placeOf(entry, channelPath, output, path)),
    address: source?.forms.kind.channelAddress?.(deviceChannel, output),
  }));
}

/** Where the device, or the channel in it, has written what a point's path means; the channel itself where nowhere. */
function placeOf(entry: Entry, channelPath: Path, output: string, path: Path): Path {
  const [key = '', ...rest] = path;
  for (const base of channelPath.length > 0 ? [channelPath, []] : [[]])
    for (const place of placesOf(String(key), output))
      if (valueAt(entry.value, [...base, ...place]) !== undefined) return [...base, ...place, ...rest];
  return channelPath;
}

function placesOf(key: string, output: string): readonly Path[] {
  if (key === 'id') return [['id'], ['prefix']];
  if (key === 'address') return [['profile']];
  if (key === 'alarms') return [['readings', output, key], [key]];
  if (key === 'kind' || key === 'unit' || key === 'range') return [['readings', output, key], ['gas', key], ['gas']];
  return [[key]];
}

function settingsOf({ profile, entry, reading, channel }: Expansion, given: Readonly<Record<string, number | string>>) {
  const known = Object.keys(profile.settings);
  const before = reading.findings.errorCount;
  for (const name of Object.keys(given))
    if (!known.includes(name))
      reading.findings.errorAt(
        entry,
        ['settings', name],
        {
          what: `unknown setting "${name}"`,
          why: known.length > 0 ? `${profile.id} has ${known.join(', ')}` : `${profile.id} has no settings`,
          todo: suggest(name, known, 'delete it'),
        },
        'key',
      );
  const filled = { ...given };
  for (const [name, { about, default: value }] of Object.entries(profile.settings)) {
    if (filled[name] !== undefined) continue;
    if (value !== undefined) filled[name] = value;
    else
      reading.findings.errorAt(entry, ['settings'], {
        what: `setting "${name}" is missing for channel ${channel}`,
        why: about,
        todo: `add "settings: { ${name}: … }"`,
      });
  }
  return reading.findings.errorCount === before ? filled : undefined;
}

/** The gas of a channel; undefined for devices that measure no gas. */
function gasOf({ profile, entry, reading, channel }: Expansion, gas: GasText | undefined, at: Path) {
  const measuresGas = Object.values(profile.readings).some(({ kind }) => kind === undefined);
  if (measuresGas && !gas) {
    reading.findings.errorAt(entry, at, {
      what: `the gas of channel ${channel} is not given`,
      why: 'unit, range and alarm limits depend on it',
      todo: 'add "gas: { kind: combustible }", toxic with its oel, or oxygen',
    });
    return 'missing';
  }
  return measuresGas ? gas : undefined;
}

function readingsOf(profile: DeviceProfile, text: Partial<DeviceText>, gas: GasText | undefined) {
  const readings: Record<string, ExpectedReading> = {};
  for (const [name, reading] of Object.entries(profile.readings)) {
    const own = text.readings?.[name];
    const isGas = reading.kind === undefined && gas !== undefined;
    const range = own?.range ?? (isGas ? rangeOf(gas) : reading.range);
    const unit = own?.unit ?? (isGas ? unitOf(gas) : reading.unit);
    readings[name] = { ...(range && { range }), ...(unit !== undefined && { unit }) };
  }
  return readings;
}

/** Values that are told as a part of the range need the range. */
function hasRanges(
  {
    profile,
    entry,
    reading,
    channel,
    channelPath,
  }: Pick<Expansion, 'profile' | 'entry' | 'reading' | 'channel'> & {
    readonly channelPath: Path;
  },
  readings: Readonly<Record<string, ExpectedReading>>,
): boolean {
  const without = Object.entries(profile.readings).filter(([name, { span }]) => span && !readings[name]?.range);
  for (const [name, { kind }] of without)
    reading.findings.errorAt(entry, [...channelPath, kind === undefined ? 'gas' : 'readings'], {
      what: `the range of ${name} of channel ${channel} is not given`,
      why: 'the device tells it as a part of its range',
      todo: kind === undefined ? 'add "range" to "gas"' : `add "readings: { ${name}: { unit: …, range: … } }"`,
    });
  return without.length === 0;
}

const withoutUndefined = (value: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
