import type { Reading } from './check-entry.ts';
import type { DeviceProfile } from './device-profile.ts';
import type { DeviceText } from './device-schema.ts';
import type { Fault } from './fault.ts';
import { suggest } from './nearest.ts';
import type { Entry, Path } from './place.ts';

/** What an entry of `devices:` may say depends on its profile: nothing in it is without effect. */
export function checkDevice(device: DeviceText, profile: DeviceProfile, entry: Entry, reading: Reading): void {
  checkChannels(device, profile, entry, reading);
  const report = (path: Path, fault: Fault): void => reading.findings.errorAt(entry, path, fault, 'key');
  checkMeasuring(device, profile, [], report);
  for (const [key, channel] of Object.entries(device.channel ?? {}))
    checkMeasuring(channel, profile, ['channel', key], report);
}

type Measuring = Pick<DeviceText, 'gas' | 'alarms' | 'readings'>;

function checkMeasuring(
  { gas, alarms, readings = {} }: Measuring,
  profile: DeviceProfile,
  at: Path,
  report: (path: Path, fault: Fault) => void,
): void {
  const known = Object.entries(profile.readings);
  const names = known.map(([name]) => name);
  const why = names.length > 0 ? `${profile.id} measures ${names.join(', ')}` : `${profile.id} measures nothing`;
  if (gas && !known.some(([, { kind }]) => kind === undefined))
    report([...at, 'gas'], { what: 'a gas for a device that measures none', why, todo: 'delete it' });
  if (alarms && names.length === 0)
    report([...at, 'alarms'], { what: 'alarms without a reading', why, todo: 'delete them' });
  for (const name of Object.keys(readings)) {
    const reading = profile.readings[name];
    if (!reading)
      report([...at, 'readings', name], {
        what: `there is no reading "${name}"`,
        why,
        todo: suggest(name, names, 'delete it'),
      });
    else if (reading.kind === undefined)
      report([...at, 'readings', name], {
        what: `"${name}" is the gas`,
        why: 'its unit, range and limits belong together',
        todo: 'write them in "gas" and "alarms"',
      });
  }
}

function checkChannels(device: DeviceText, profile: DeviceProfile, entry: Entry, { findings }: Reading): void {
  const beyond = device.channels.filter((channel) => channel > profile.channels.last);
  if (beyond.length > 0)
    findings.errorAt(entry, ['channels'], {
      what: `channel ${beyond.join(', ')}`,
      why: `${profile.id} has ${profile.channels.last} channel${profile.channels.last === 1 ? '' : 's'}`,
      todo: 'correct the channels',
    });
  for (const key of Object.keys(device.channel ?? {}))
    if (!device.channels.includes(Number(key)))
      findings.errorAt(
        entry,
        ['channel', key],
        {
          what: `settings for channel ${key}`,
          why: 'it is not among the channels',
          todo: 'add it to "channels", or delete this',
        },
        'key',
      );
}
