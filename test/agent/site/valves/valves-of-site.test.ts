import { describe, expect, it } from 'vitest';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';

const yaml = `points:
  - { id: XV-1.open, source: plant, address: zso, kind: state }
  - { id: XV-1.closed, source: plant, address: zsc, kind: state }
  - { id: XV-1.cmd, source: plant, address: cmd, kind: state }
valves:
  - { id: XV-1, name: 罐根阀, zone: tank-farm, open: XV-1.open, closed: XV-1.closed, command: { point: XV-1.cmd, on: 1 }, stroke: 1s, commandLag: 0s }
`;

describe('a valve of a site', () => {
  it('that moves without a command is an alarm of a statutory role on disk, which nobody can shelve', async () => {
    const directory = siteDirectory();
    const site = startPlayedSite(directory, yaml);
    site.play({ 'XV-1.open': true, 'XV-1.closed': false, 'XV-1.cmd': 1 });
    site.play({ 'XV-1.open': false });
    const standing = site.alarms().filter(({ state }) => state !== 'normal');
    expect(
      standing.map(({ definition: { id, priority, safetyRole, zone } }) => [id, priority, safetyRole, zone]),
    ).toEqual([
      ['XV-1.discrepancy/state', 'high', 'sis', 'tank-farm'],
      ['XV-1.uncommanded/state', 'critical', 'sis', 'tank-farm'],
    ]);
    const [first] = standing;
    expect(
      first && site.shelve(first.definition.id, { by: 'a', why: 'b', forMs: 60_000, isOneShot: false }),
    ).toMatchObject({
      accepted: false,
    });
    await site.stop(0);
    expect(
      recordsOf(directory, 'event')
        .map(({ body }) => body.kind)
        .filter((kind) => kind.startsWith('valve')),
    ).toEqual(['valve.moved', 'valve.uncommanded', 'valve.moved']);
  });
});
