import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { concat, of, Subject } from 'rxjs';
import { z } from 'zod';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import { startSite, type RunningSite } from '#agent/site.ts';
import { loadSite } from '#config/load-site.ts';
import type { Driver, Signal } from '#drivers/driver.ts';
import { drivers } from '#drivers/registry.ts';
import { PermitSystem } from '#simulators/permits/permit-system.ts';
import { ProvincialPlatform, type PlatformFault } from '#simulators/receiver/platform/provincial-platform.ts';
import { RegisterSystem } from '#simulators/registers/register-system.ts';
import { configOf } from '#test/config/site-folder.ts';
import { dayEnvironment, daySite } from '#test/agent/uplink/platform/day-site.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { permitDifferences, registerDifferences, rowsOf } from './day/differences.ts';
import { tallyInterfaces } from './day/interface-tally.ts';
import { CHOKING_RECORD, STRANGE_UNIT, UNKNOWN_TICKET, workingDay, type Person } from './day/working-day.ts';
import type { BenchResult } from './result.ts';

const COMPANY = '370600001';
/** Midnight in China. */
const MIDNIGHT = Date.UTC(2026, 10, 28) - 8 * 3_600_000;
const MINUTES = 24 * 60;
/** Real time that a simulated minute takes; feeds look every 100 ms. */
const MINUTE_TAKES_MS = 50;
const HOUR = 60;
/** The agent is stopped and started again at these minutes; in the third case with the operator's release in between. */
const RESTARTS = [5 * HOUR, 12 * HOUR + 20, 15 * HOUR + 31, 21 * HOUR];
const RELEASE_AT = 15 * HOUR + 31;

/** What the platform does at a minute of the day. */
function faultAt(minute: number): PlatformFault | undefined {
  const within = (from: number, to: number): boolean => minute >= from * HOUR && minute < to * HOUR;
  if (within(0, 3)) return { kind: 'refuses', ids: [STRANGE_UNIT], reason: '风险单元负责人未备案' };
  if (within(7, 8.5)) return { kind: 'breaks', status: 503 };
  if (within(9.5, 10)) return { kind: 'slow', ms: 500 };
  if (within(12, 13)) return { kind: 'babbles' };
  if (within(14, 15.5)) return { kind: 'refuses', ids: [UNKNOWN_TICKET.number], reason: '票证编号未备案' };
  if (within(15.9, 17.1)) return { kind: 'chokes', ids: [CHOKING_RECORD] };
  if (within(22, 22.5)) return { kind: 'breaks', status: 500 };
  return undefined;
}

const peopleYaml = `points:
${['sos', 'motionless']
  .map(
    (what) =>
      `  - { id: tank-farm.${what}, source: people, address: "${what}", kind: state, safetyRole: headcount, zone: tank-farm, alarms: { state: { values: [true], message: { zh: 罐区人员报警, en: a person in the tank farm } } } }`,
  )
  .join('\n')}
`;

function peopleDriver(): { readonly driver: Driver; readonly person: Person; readonly isThere: () => void } {
  const signals = new Subject<Signal>();
  const driver: Driver = {
    kind: 'played',
    summary: 'says what the day plays',
    schema: z.strictObject({}),
    address: z.string(),
    open: () => concat(of<Signal>({ type: 'status', state: 'online', reason: '' }), signals),
    releaseWithinMs: 100,
  };
  return {
    driver,
    isThere: () => signals.next({ type: 'status', state: 'online', reason: '' }),
    person: (point, value) => {
      const at = clock.now();
      const sample = { point: pointId(point), value, quality: GOOD, sourceTime: at, receiveTime: at, flags: Flag.sim };
      signals.next({ type: 'samples', samples: [sample] });
    },
  };
}

let elapsedMs = 0;
const clock = { now: () => MIDNIGHT + elapsedMs, monotonic: () => elapsedMs };

/**
 * A whole day of the demo site's registers, permits and people's alarms by a simulated clock, through the profile
 * sd-observed-2024, to a platform that judges by the observed rules alone, refuses, chokes, babbles, slows down and
 * breaks. `node test/bench/platform-day.ts` prints what became of each interface.
 */
export async function platformDay() {
  elapsedMs = 0;
  const now = clock.now;
  const registers = new RegisterSystem({ now });
  const permits = new PermitSystem({ seed: 3, now });
  const platform = new ProvincialPlatform({ shape: 'park', company: COMPANY });
  const systems = [registers, permits, platform];
  for (const system of systems) await system.start();
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-day-'));
  const file = join(directory, 'site.yaml');
  const { driver, person, isThere } = peopleDriver();
  const kinds = [...drivers, driver];
  const places = {
    registers: registers.endpoint,
    permits: permits.endpoint,
    platform: platform.url,
    company: COMPANY,
  };
  const yaml = daySite(places, peopleYaml).replace(
    'sources:\n',
    'sources:\n  - { id: people, kind: played, simulated: true }\n',
  );
  writeFileSync(file, yaml);
  const run = (): RunningSite => {
    const config = configOf(loadSite(file, { kinds, env: dayEnvironment }));
    return startSite({ config, drivers: kinds, clock, tell: () => undefined });
  };
  let site = run();
  const told = new Set<string>();
  let released = 0;
  try {
    const deeds = [...workingDay({ registers, permits, person, now })];
    for (let minute = 0; minute < MINUTES; minute += 1) {
      elapsedMs = minute * 60_000;
      platform.fault = faultAt(minute);
      isThere();
      for (let deed = deeds[0]; deed && deed.minute <= minute; deed = deeds[0]) {
        deed.act();
        deeds.shift();
      }
      if (RESTARTS.includes(minute)) {
        await site.stop(0);
        if (minute === RELEASE_AT) released = release(directory, file);
        site = run();
      }
      await delay(MINUTE_TAKES_MS);
      for (const { reason } of site.report().uplinks[0]?.quarantine ?? []) told.add(reason.split(': ')[0] ?? '');
    }
    const uplink = () => site.report().uplinks[0];
    const isQuiet = (): boolean =>
      (uplink()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false) && uplink()?.quarantine.length === 0;
    const rows = await rowsOf(`http://${registers.endpoint}/registers`, dayEnvironment.REGISTERS);
    const tickets = await rowsOf(`http://${permits.endpoint}/permits`, dayEnvironment.PERMITS);
    const differences = () => [...registerDifferences(rows, platform), ...permitDifferences(tickets, platform)];
    // The clock goes on, for what waits for its time.
    await until(() => {
      elapsedMs += 1000;
      return isQuiet() && differences().length === 0;
    }).catch(() => undefined);
    const interfaces = tallyInterfaces(platform);
    const refused = new Set(
      platform.received.flatMap(({ message, refused: each }) => each.map(({ id }) => `${message}/${id}`)),
    );
    return {
      interfaces,
      sources: { registers: rows.length, permits: tickets.length },
      versions: site.journal.head('register'),
      differences: differences(),
      untold: [...refused].filter((key) => !told.has(key)),
      told: [...told],
      released,
      left: uplink()?.quarantine ?? [],
      lag: uplink()?.lanes.map(({ stream, lagRecords }) => `${stream} ${lagRecords}`) ?? [],
    };
  } finally {
    await site.stop(0);
    for (const system of systems) await system.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** As an operator does it, with the agent stopped. */
function release(directory: string, file: string): number {
  // Plain commands know no played source; the journal is all that they need.
  const other = join(directory, 'journal-only.yaml');
  writeFileSync(other, 'site: { id: h2o2-demo }\nsources: []\npoints: []\n');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['agent/cli/main.ts', 'journal', 'quarantine', 'release', other, 'province'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`release, with ${file}: ${stdout}${stderr}`);
  return Number(/: (\d+) released/.exec(stdout)?.[1] ?? 0);
}

/** For `npm run bench`. */
export async function bench(): Promise<BenchResult[]> {
  const { interfaces, differences, untold, left } = await platformDay();
  const sum = (of: (one: (typeof interfaces)[number]) => number): number =>
    interfaces.reduce((total, one) => total + of(one), 0);
  const none = (name: string, measured: number): BenchResult => ({
    name,
    unit: 'records',
    target: '0',
    measured,
    reference: null,
    ratio: null,
    ok: measured === 0,
  });
  return [
    none('day at a platform: differing from the enterprise', differences.length),
    none(
      'day at a platform: sent before their parents',
      sum(({ orphans }) => orphans),
    ),
    none('day at a platform: refusals that were not told', untold.length),
    none('day at a platform: refusals that were not repaired', sum(({ unrepaired }) => unrepaired) + left.length),
  ];
}

if (import.meta.main) {
  const { interfaces, sources, versions, differences, untold, told, released, left, lag } = await platformDay();
  console.table(Object.fromEntries(interfaces.map(({ name, ...counts }) => [name, counts])));
  console.log(`${sources.registers} records of registers and ${sources.permits} permits in ${versions} versions`);
  console.log(`differing from the enterprise: ${differences.length}`, ...differences.slice(0, 10));
  console.log(`refusals that were told: ${told.length}; by the platform and not told: ${untold.length}`, ...untold);
  console.log(`released by the operator: ${released}; left in quarantine: ${left.length}; behind: ${lag.join(', ')}`);
  process.exitCode = differences.length + untold.length + left.length === 0 ? 0 : 1;
}
