import { alarmId, sourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { SiteConfig } from '#config/site.ts';
import { rehearsalId } from './rehearsal-id.ts';
import { TEST_ALARM_MESSAGE, TEST_POINT } from './test-source.ts';
import type { TestSourceOptions } from './test-source.ts';

const TEST_SOURCE = sourceId('acceptance');
const NEVER_STALE_MS = 86_400_000;

export interface TestSiteParts {
  readonly directory: string;
  readonly input: TestSourceOptions;
}

/**
 * A site of one alarm, under an id of its own, that sends to the receivers of the real one: the connection, the rights and
 * the acknowledgement are theirs, and nothing that arrives can be taken for the site's.
 */
export function testSite(
  config: Pick<SiteConfig, 'site' | 'journal' | 'points' | 'receivers'>,
  parts: TestSiteParts,
): SiteConfig {
  const { site, journal, receivers } = config;
  const testPoint: Point = {
    id: TEST_POINT,
    source: TEST_SOURCE,
    kind: 'state',
    name: TEST_ALARM_MESSAGE.zh,
    unit: '',
    staleAfterMs: NEVER_STALE_MS,
    safetyRole: 'none',
  };
  // An HJ 212 platform knows nothing but samples of these.
  const asked = new Set(
    receivers
      .flatMap(({ transport }) => (transport.kind === 'hj212' ? transport.points : []))
      .map(({ point }) => point),
  );
  const sent = config.points
    .filter(({ id }) => asked.has(id))
    .map(({ scale: _scale, ...point }): Point => ({ ...point, source: TEST_SOURCE, staleAfterMs: NEVER_STALE_MS }));
  const points = [testPoint, ...sent];
  return {
    site: { ...site, id: rehearsalId(site.id) },
    journal: { ...journal, directory: parts.directory },
    sources: [
      {
        id: TEST_SOURCE,
        kind: 'acceptance',
        name: '验收 · acceptance',
        simulated: true,
        options: parts.input,
        addresses: new Map(points.map(({ id }) => [id, null])),
      },
    ],
    points,
    alarms: [
      {
        id: alarmId(`${TEST_POINT}/state`),
        point: TEST_POINT,
        source: TEST_SOURCE,
        condition: { kind: 'state', values: [true] },
        priority: 'low',
        onDelayMs: 0,
        offDelayMs: 0,
        latch: false,
        safetyRole: 'none',
        message: TEST_ALARM_MESSAGE,
      },
    ],
    suppression: [],
    shelving: {},
    derivations: [],
    receivers,
    files: [],
  };
}
