import type { DeviceProfile } from './device-profile.ts';
import { outputsOf } from './device-profile.ts';
import { formatDuration } from './duration.ts';

const BEGIN = '<!-- begin: written by "firewatch schema --write" from the profiles -->';
const END = '<!-- end -->';

/** The text with its table of profiles made anew; what stands around the marks is kept. */
export function withProfileTable(text: string, profiles: readonly DeviceProfile[]): string {
  const [before = '', rest = ''] = text.split(BEGIN);
  const [, after = '\n'] = rest.split(END);
  return `${before.trimEnd()}\n\n${BEGIN}\n\n${table(profiles)}\n\n${END}${after}`;
}

function table(profiles: readonly DeviceProfile[]): string {
  const rows = [
    [
      'profile',
      'device',
      'source of the facts',
      'confidence',
      'verified on site',
      'channels',
      'limits',
      'decoded',
      'not decoded',
    ],
    Array<string>(9).fill('---'),
    ...profiles.map(rowOf),
  ];
  return rows.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

const rowOf = (profile: DeviceProfile): readonly string[] => [
  `\`${profile.id}\``,
  `${profile.vendor === 'type' ? '' : `${profile.vendor} `}${profile.model} (${profile.class})`,
  profile.source,
  profile.confidence,
  verified(profile),
  String(profile.channels.last),
  limitsText(profile),
  decodedText(profile),
  profile.notDecoded.join('; '),
];

export const verified = ({ verifiedOnSite }: DeviceProfile): string =>
  verifiedOnSite ? `${verifiedOnSite.at} by ${verifiedOnSite.by}` : 'no';

/** What the device bears, and how it is connected as delivered. */
export function limitsText({ limits, line }: DeviceProfile): string {
  const { maxRegisters, maxBits, minGap, timeout, staleAfter } = limits;
  const serial = [
    line.baudRate && `${line.baudRate}`,
    line.parity && line.stopBits && `8${line.parity.charAt(0).toUpperCase()}${line.stopBits}`,
    line.unit !== undefined && `unit ${line.unit}`,
  ].filter(Boolean);
  return [
    line.transports.join(', '),
    serial.join(' '),
    maxRegisters && `${maxRegisters} registers a request`,
    maxBits && `${maxBits} bits a request`,
    minGap && `${formatDuration(minGap)} between requests`,
    timeout && `answers within ${formatDuration(timeout)}`,
    staleAfter && `stale after ${formatDuration(staleAfter)}`,
  ]
    .filter(Boolean)
    .join('; ');
}

/** The points of a channel, and what makes its state. */
function decodedText(profile: DeviceProfile): string {
  const points = outputsOf(profile).map(({ name }) => name);
  const states = Object.keys(profile.conditions);
  const heartbeat = profile.heartbeat ? ['heartbeat'] : [];
  const told = [...states, ...heartbeat];
  return `${points.join(', ')}${told.length > 0 ? `; state from ${told.join(', ')}` : ''}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
