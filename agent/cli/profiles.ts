import type { Command } from 'commander';
import { outputsOf } from '#config/device-profile.ts';
import type { DeviceProfile } from '#config/device-profile.ts';
import { shippedProfile, shippedProfiles } from '#config/load-profile.ts';
import { nearest } from '#config/nearest.ts';
import { limitsText, verified } from '#config/profile-table.ts';

/** `firewatch profiles [NAME]`: lists the device profiles, or explains one; exit 1 for one that there is not. */
export const command = (program: Command): void => {
  program
    .command('profiles')
    .description('list the device profiles, or explain one: source, confidence, limits, settings, points, traps')
    .argument('[name]', 'profile to explain')
    .option('--json', 'print JSON')
    .action((name: string | undefined, { json = false }: { readonly json?: boolean }) => {
      const { text, isGood } = tellProfiles(name, json);
      console.log(text);
      process.exitCode = isGood ? 0 : 1;
    });
};

/** What the command prints, and whether it could. */
export function tellProfiles(
  name: string | undefined,
  asJson: boolean,
): { readonly text: string; readonly isGood: boolean } {
  const names = shippedProfiles();
  if (name === undefined) {
    const profiles = names.map(shippedProfile);
    return { text: asJson ? JSON.stringify(profiles, undefined, 2) : list(profiles), isGood: true };
  }
  if (!names.includes(name)) {
    const meant = nearest(name, names);
    const hint = meant === undefined ? '"firewatch profiles" lists them' : `did you mean "${meant}"?`;
    return { text: `there is no device profile "${name}"; ${hint}`, isGood: false };
  }
  const profile = shippedProfile(name);
  return { text: asJson ? JSON.stringify(profile, undefined, 2) : explain(profile), isGood: true };
}

function list(profiles: readonly DeviceProfile[]): string {
  const rows = profiles.map((profile) => [
    profile.id,
    profile.class,
    profile.confidence,
    verified(profile),
    `${makerOf(profile)}${profile.model}`,
  ]);
  const header = ['profile', 'class', 'confidence', 'verified', 'device'];
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const makerOf = ({ vendor }: DeviceProfile): string => (vendor === 'type' ? '' : `${vendor} `);

function explain(profile: DeviceProfile): string {
  const { settings, notes, notDecoded, latching, channels } = profile;
  const needed = Object.entries(settings).filter(([, { default: value }]) => value === undefined);
  return [
    `${profile.id}: ${makerOf(profile)}${profile.model}`,
    `  class       ${profile.class}, ${channels.last} channel${channels.last === 1 ? '' : 's'}`,
    `  source      ${profile.source}`,
    `  confidence  ${profile.confidence}; verified on site: ${verified(profile)}`,
    `  limits      ${limitsText(profile)}`,
    `  points      ${outputsOf(profile)
      .map(({ name }) => `.${name}`)
      .join(' ')}`,
    ...(latching === undefined ? [] : [`  latching    ${latching}`]),
    ...section(
      'settings that the site gives',
      Object.entries(settings).map(
        ([name, { about, default: value }]) => `${name}${value === undefined ? '' : ` (default ${value})`}: ${about}`,
      ),
    ),
    ...section('mind', notes),
    ...section('not decoded', notDecoded),
    '',
    'In a site file:',
    'devices:',
    `  - profile: ${profile.id}`,
    `    source: ${profile.protocol}-1`,
    '    prefix: X-',
    ...(channels.last > 1 ? [`    channels: 1-${Math.min(channels.last, 16)}`] : []),
    ...(Object.values(profile.readings).some(({ kind }) => kind === undefined)
      ? ['    gas: { kind: combustible }']
      : []),
    ...(needed.length > 0 ? [`    settings: { ${needed.map(([name]) => `${name}: …`).join(', ')} }`] : []),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    - ${line}`)];
