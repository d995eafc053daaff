import type { Findings } from './findings.ts';
import type { ReadReceiver } from './read-receivers.ts';

/** What the site as a whole says about pictures. */
interface PictureRules {
  readonly picturesLeave: boolean;
  readonly hasEvidence: boolean;
}

/** Reports receivers that ask for pictures which they can't or mustn't get. */
export function checkEvidenceUplinks(
  receivers: readonly ReadReceiver[],
  { picturesLeave, hasEvidence }: PictureRules,
  findings: Findings,
): void {
  for (const { entry, config } of receivers) {
    if (!config.evidence) continue;
    const fail = (what: string, why: string, todo: string): void =>
      findings.errorAt(entry, ['evidence'], { what, why, todo }, 'key');
    const { kind } = config.transport;
    if (!picturesLeave)
      fail(
        `"${config.id}" asks for pictures that may not leave this box`,
        'they show people',
        'write picturesLeave: true under "people", or delete it',
      );
    if (!hasEvidence) fail('this site keeps no pictures', 'there is no section "evidence"', 'add one, or delete it');
    if (kind !== 'mqtt' && kind !== 'https')
      fail(`pictures over ${kind}`, 'they travel over mqtt and https alone', 'use one of them, or delete it');
    if (!config.lanes.alarm.streams.includes('event'))
      fail(
        'stream "event" is not in lanes.alarm.streams',
        'a picture follows the event that tells of it and of its digest',
        'add it, or delete evidence',
      );
  }
}
