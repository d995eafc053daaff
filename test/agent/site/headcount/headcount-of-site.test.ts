import { describe, expect, it } from 'vitest';
import { tagId } from '#agent/model/tag.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';
import type { PlayedSite } from '../played-site.ts';
import { fixOf } from './people-walking.ts';

const yaml = `headcount:
  - id: people
    enterDwell: 0s
    hold: 0s
    zones:
      - { id: reactor, kind: high-risk, most: 1, polygon: [[121.3, 29.9], [121.301, 29.9], [121.301, 29.901], [121.3, 29.901]] }
`;

const standing = (site: PlayedSite) =>
  site
    .alarms()
    .filter(({ state }) => state !== 'normal')
    .map(({ definition, state }) => `${definition.id} ${state}`)
    .toSorted();

const sos = (isPressed: boolean) => {
  const time = Date.now();
  return { kind: 'tag-state', tag: tagId('1'), sos: isPressed, sourceTime: time, receiveTime: time, flags: 0 } as const;
};
const at = (tag: string) => fixOf(tag, [121.3005, 29.9005], Date.now(), { map: 'wgs84' });

describe('a headcount of a site', () => {
  it('raises SOS and overcrowding as alarms, keeps them and the people through a restart, and names nobody', async () => {
    const directory = siteDirectory();
    const first = startPlayedSite(directory, yaml);
    first.playFacts([at('1'), at('2')]);
    // An SOS is worked out at once, and with it all that came before.
    first.playFacts([sos(true)]);
    expect(standing(first)).toEqual(['reactor.over-limit/state unacknowledged', 'reactor.sos/state unacknowledged']);
    await first.stop(0);

    const second = startPlayedSite(directory, yaml);
    expect(standing(second)).toEqual(['reactor.over-limit/state unacknowledged', 'reactor.sos/state unacknowledged']);
    second.playFacts([at('1'), at('2'), sos(false)]);
    expect(standing(second)).toContain('reactor.over-limit/state unacknowledged');
    expect(standing(second)).toContain('reactor.sos/state returned');
    await second.stop(0);

    const events = recordsOf(directory, 'event').filter(({ body }) => /^(person|zone)\./.test(body.kind));
    expect(events.map(({ body }) => body.kind).toSorted()).toEqual([
      'person.sos',
      'person.sos-ended',
      'zone.over-limit',
    ]);
    const pseudonyms = events.flatMap(({ body }) => body.detail?.['person'] ?? []);
    expect(new Set(pseudonyms).size).toBe(1);
    expect(JSON.stringify(events)).not.toContain('tag:');
  });
});
