import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openForReading } from '#agent/journal/store.ts';
import { systemClock } from '#agent/model/clock.ts';
import { receiverId } from '#agent/model/ids.ts';
import { startSite } from '#agent/site.ts';
import type { RunningSite } from '#agent/site.ts';
import { bookIn } from '#agent/uplink/platform/delivery-book.ts';
import { reconcile } from '#agent/uplink/platform/reconcile.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { PermitSystem } from '#simulators/permits/permit-system.ts';
import { ProvincialPlatform } from '#simulators/receiver/platform/provincial-platform.ts';
import { RegisterSystem } from '#simulators/registers/register-system.ts';
import { configOf } from '../../../config/site-folder.ts';
import { recordsOf, siteDirectory } from '../../site/played-site.ts';
import { dayEnvironment, daySite } from './day-site.ts';
import { COMPANY, eventually } from './platform-fixture.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function stage() {
  const systems = {
    registers: new RegisterSystem(),
    permits: new PermitSystem({ seed: 3 }),
    platform: new ProvincialPlatform({ shape: 'park', company: COMPANY }),
  };
  for (const system of Object.values(systems)) {
    await system.start();
    cleanups.push(() => system.stop());
  }
  const directory = siteDirectory();
  const file = join(directory, 'site.yaml');
  const { registers, permits, platform } = systems;
  writeFileSync(
    file,
    daySite({
      registers: registers.endpoint,
      permits: permits.endpoint,
      platform: platform.url,
      company: COMPANY,
    }),
  );
  const config = configOf(loadSite(file, { kinds: drivers, env: dayEnvironment }));
  const run = (): RunningSite => {
    const site = startSite({ config, drivers, clock: systemClock, tell: () => undefined });
    cleanups.push(() => site.stop(0));
    return site;
  };
  return { ...systems, directory, run };
}

describe('a day of the demo site at a provincial platform', () => {
  it('arrives whole: parents first, every change and deletion, what was refused visible and mended', async () => {
    const { registers: dual, permits, platform, directory, run } = await stage();
    const held = (name: string) => platform.held(name);
    const lag = (site: RunningSite) => {
      const lane = site.report().uplinks[0]?.lanes.find(({ stream }) => stream === 'register');
      return lane ? lane.head - lane.acknowledged : -1;
    };

    // In the morning the registers are loaded; the platform knows one unit by another owner.
    platform.fault = { kind: 'refuses', ids: ['U-LOAD'], reason: '风险单元负责人未备案' };
    let site = run();
    await eventually('the danger', () => held('sec_hidden_danger_info').has('D-SPRAY'));
    await eventually('refused', () => (site.report().uplinks[0]?.quarantine.length ?? 0) === 1);
    await eventually('held', () => site.report().uplinks[0]?.reason.includes('U-LOAD was not taken') ?? false);
    expect(held('sec_security_risk_events').has('E-OVERFILL')).toBe(false);

    // The platform is away for a while; work goes on, and the agent is restarted in between.
    platform.fault = { kind: 'breaks', status: 503 };
    const ticket = permits.create({ ticketType: '01' });
    permits.gasTest(ticket, 2, '%LEL', '氢气');
    permits.begin(ticket);
    dual.put({
      table: 'inspection_record',
      id: 'R-DYKE-2',
      parent: 'T-DYKE',
      fields: { checkTime: '20261128080000', mobileMe: '8600', checkStatus: '0' },
    });
    dual.change('hidden_danger', 'D-SPRAY', { dangerState: '1' });
    await eventually('journaled', () => site.journal.head('register') >= 13 + 3);
    await site.stop(0);
    site = run();

    // It comes back; the owner is corrected at the source, and what was held goes by itself.
    platform.fault = undefined;
    await eventually('the ticket', () => held('sec_special_job_ticket_fire').has(ticket));
    dual.change('risk_unit', 'U-LOAD', { hazardLiablePerson: '陈静' });
    await eventually('the children', () => held('sec_hidden_check_record').has('R-ARM-1'));

    // In the afternoon work ends, a danger is accepted, a task is given up.
    permits.suspend(ticket);
    permits.gasTest(ticket, 1, '%LEL', '氢气');
    permits.begin(ticket);
    await eventually('both gas tests', () => held('sec_special_job_gas_analysis').size === 2);
    permits.finish(ticket);
    const accepted = { dangerState: '9', checkAcceptPerson: '王磊', checkAcceptTime: '20261128160000' };
    dual.change('hidden_danger', 'D-SPRAY', accepted);
    dual.delete('inspection_record', 'R-ARM-1');
    dual.delete('inspection_task', 'T-ARM');
    await eventually('deleted', () => held('sec_hidden_check_mission').get('T-ARM')?.['deleted'] === '1');
    await eventually('finished', () => held('sec_special_job_ticket_fire').get(ticket)?.['ticketStatus'] === '3');
    await eventually('accepted', () => held('sec_hidden_danger_info').get('D-SPRAY')?.['dangerState'] === '9');
    await eventually('nothing waits', () => lag(site) === 0 && site.report().uplinks[0]?.quarantine.length === 0);

    const refusals = platform.received.flatMap(({ refused }) => refused.map(({ id, msg }) => `${id} ${msg}`));
    expect(new Set(refusals)).toEqual(new Set(['U-LOAD 风险单元负责人未备案']));
    expect(held('sec_hidden_check_record').get('R-ARM-1')?.['deleted']).toBe('1');
    expect([...held('sec_security_risk_unit').values()].every(({ simulated }) => simulated === true)).toBe(true);
    const gaps = recordsOf(directory, 'gap').filter(({ body }) => body.reason === 'quarantined');
    expect(gaps).toHaveLength(1);

    const tables = openForReading(join(directory, 'data'));
    cleanups.push(() => tables.close());
    const book = bookIn(tables.cursors.of(receiverId('province')));
    const { lacks, unknown, has } = reconcile(book, platform.list());
    expect({ lacks, unknown }).toEqual({ lacks: [], unknown: [] });
    expect(has).toHaveLength(platform.list().length);
  });
});
