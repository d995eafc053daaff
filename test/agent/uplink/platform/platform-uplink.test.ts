import { afterEach, describe, expect, it } from 'vitest';
import type { Point } from '#agent/model/point.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import { Flag } from '#agent/model/flags.ts';
import { bookIn } from '#agent/uplink/platform/delivery-book.ts';
import { releaseFrom } from '#agent/uplink/release.ts';
import type { ResendOrder } from '#agent/model/resend.ts';
import { resend } from '#agent/uplink/resend.ts';
import { permitAt } from '../../site/permits/permit-fixture.ts';
import { hiddenDanger, riskEvent, riskMeasure, riskUnit, TEN } from '../../site/registers/register-fixture.ts';
import { makeCertificates } from '../test-certificates.ts';
import type { RunningUplink } from '../harness.ts';
import { chain, eventually, optionsOf, rig, withReceipts } from './platform-fixture.ts';
import type { Rig } from './platform-fixture.ts';

const rigs: Rig[] = [];
afterEach(async () => {
  for (const one of rigs.splice(0)) await one.stop();
});
const started = async (...parts: Parameters<typeof rig>): Promise<Rig> => {
  const made = await rig(...parts);
  rigs.push(made);
  return made;
};

const names = ['risk_unit', 'risk_events', 'risk_control_measures'].map((name) => `sec_security_${name}`);
const all = [...names, 'sec_hidden_check_mission', 'sec_hidden_check_record', 'sec_hidden_danger_info'];
const sizes = ({ platform }: Rig) => all.map((name) => platform.held(name).size);
const lagOf = (uplink: RunningUplink) => uplink.latest()?.lanes.find(({ stream }) => stream === 'register')?.lagRecords;
const everything = [1, 1, 1, 1, 1, 1];

describe('uplink to a platform', () => {
  it('sends parents before their children, in whatever order they were told', async () => {
    const made = await started();
    made.tell(...chain().toReversed());
    const uplink = made.start();
    await eventually('all there', () => sizes(made).join() === everything.join());
    expect(made.platform.received.flatMap(({ refused }) => refused)).toEqual([]);
    expect(made.platform.received.map(({ message }) => message)).toEqual(all);
    await eventually(
      'settled',
      () => uplink.latest()?.lanes.find(({ stream }) => stream === 'register')?.lagRecords === 0,
    );
  });

  it('sends each change and each deletion, and a repeated version not again', async () => {
    const made = await started();
    made.tell(riskUnit());
    made.start();
    const unit = () => made.platform.held('sec_security_risk_unit').get('U-1');
    await eventually('there', () => unit() !== undefined);
    made.tell(riskUnit());
    made.tell(riskUnit({ version: 2, sourceTime: TEN + 1000, fields: { ...riskUnit().fields, riskUnitName: '新名' } }));
    await eventually('changed', () => unit()?.['riskUnitName'] === '新名');
    made.tell(riskUnit({ version: 3, sourceTime: TEN + 2000, isDeleted: true, fields: {} }));
    await eventually('deleted', () => unit()?.['deleted'] === '1');
    // What the deletion says nothing of stays as it was.
    expect(unit()).toMatchObject({ riskUnitName: '新名', hazardCode: '370600001001', updateDate: '20261001100002' });
    expect(made.platform.received).toHaveLength(3);
  });

  it('lets the neighbours of a refused record through, holds its children, and sends them once it is mended', async () => {
    const made = await started();
    made.platform.fault = { kind: 'refuses', ids: ['E-1'], reason: '事件名称重复' };
    made.tell(...chain(), riskEvent({ id: 'E-2' }), riskMeasure({ id: 'M-2', parent: 'E-2' }));
    const uplink = made.start();
    await eventually('the neighbour', () => made.platform.held('sec_security_risk_control_measures').has('M-2'));
    await eventually('held', () => uplink.latest()?.lanes.some(({ held }) => held !== undefined) ?? false);
    expect(uplink.latest()?.quarantine).toMatchObject([
      { stream: 'register', seq: 2, reason: 'sec_security_risk_events/E-1: 事件名称重复' },
    ]);
    expect(uplink.latest()?.reason).toContain('sec_security_risk_events/E-1 was not taken: 事件名称重复');
    expect(sizes(made)).toEqual([1, 1, 1, 0, 0, 0]);

    made.platform.fault = undefined;
    made.tell(riskEvent({ version: 2, fields: { riskEventName: '储罐泄漏（更正）' } }));
    await eventually('all there', () => sizes(made).join() === [1, 2, 2, 1, 1, 1].join());
    await eventually('nothing lacks', () => uplink.latest()?.quarantine.length === 0);
    await eventually('settled', () => lagOf(uplink) === 0);
  });

  it('refuses what has no word in the profile before it is sent, with every reason', async () => {
    const made = await started();
    made.tell(
      riskUnit({ id: 'U-2', fields: { riskUnitName: '别厂', hazardCode: '999999999001' } }),
      riskUnit({ id: 'U-3', fields: { riskUnitName: '短码', hazardCode: '3706' } }),
      riskUnit(),
      riskEvent(),
      riskMeasure({ fields: { ...riskMeasure().fields, dataSrc: '3', riskMeasureDesc: '' } }),
    );
    const uplink = made.start();
    await eventually('refused', () => (uplink.latest()?.quarantine.length ?? 0) === 3);
    const reasons = uplink.latest()?.quarantine.map(({ reason }) => reason);
    expect(reasons).toEqual([
      expect.stringContaining('hazardCode is "999999999001", which does not begin with the company'),
      expect.stringContaining('a code of kind hazard has 12'),
      expect.stringMatching(/dataSrc is "3", for which the profile has no word.*riskMeasureDesc is missing/),
    ]);
    await eventually('the others', () => made.platform.held('sec_security_risk_events').size === 1);
  });

  it('sends once more, parents first, what the platform took by its own words and does not have', async () => {
    const made = await started();
    made.tell(...chain());
    const uplink = made.start();
    await eventually('settled', () => lagOf(uplink) === 0 && sizes(made).join() === everything.join());
    uplink.close();
    const [unit, events] = names.map((name) => made.platform.held(name) as Map<string, unknown>);
    unit?.clear();
    events?.clear();
    const receiver = made.receiver();
    const order = (wanted: ResendOrder) => {
      const done = resend(made.journal, receiver, wanted, Date.now());
      if (done.accepted) made.journal.setCursors(receiver.id, done.cursors);
      return done;
    };
    const items = ['sec_security_risk_events/E-1', 'sec_security_risk_unit/U-1'];
    expect(order({ items: [...items, 'sec_security_risk_unit/U-9'] })).toMatchObject({
      text: expect.stringContaining('acknowledged 2 of these 3') as string,
    });
    expect(order({ items })).toMatchObject({ accepted: true });
    const before = made.platform.received.length;
    const again = made.start();
    await eventually('all there', () => sizes(made).join() === everything.join());
    // What is sent once more is no lag, and its answer may still be on the way.
    await eventually('answered', () => resend(made.journal, receiver, { items }, Date.now()).accepted);
    expect(made.platform.received.slice(before).map(({ message }) => message)).toEqual(names.slice(0, 2));
    again.close();

    expect(order({ stream: 'register', first: 3, last: 3 })).toMatchObject({ accepted: true });
    expect(order({ stream: 'register', first: 3, last: 3 })).toMatchObject({
      text: expect.stringContaining('none of these') as string,
    });
    const until = made.platform.received.length;
    made.start();
    await eventually('the third', () => made.platform.received.length > until);
    expect(made.platform.received.slice(until).map(({ message }) => message)).toEqual([names[2]]);
  });

  it('sends again what was released from the quarantine, over a restart', async () => {
    const made = await started();
    made.platform.fault = { kind: 'refuses', ids: ['U-1'], reason: '企业未备案' };
    made.tell(riskUnit(), riskEvent());
    const uplink = made.start();
    await eventually('refused', () => uplink.latest()?.quarantine.length === 1);
    await eventually('held', () => uplink.latest()?.lanes.some(({ held }) => held !== undefined) ?? false);
    uplink.close();

    made.platform.fault = undefined;
    const { id } = made.receiver();
    const stays = made.start();
    await eventually('still refused', () => stays.latest()?.quarantine.length === 1);
    stays.close();
    expect(made.platform.held('sec_security_risk_unit').size).toBe(0);
    made.journal.setCursors(
      id,
      releaseFrom(made.journal.cursors(id), () => true),
    );
    made.start();
    await eventually('both there', () => sizes(made).slice(0, 2).join() === '1,1');
  });

  it('does not take an answer for an acceptance that it does not understand', async () => {
    const made = await started();
    made.platform.fault = { kind: 'babbles' };
    made.tell(riskUnit());
    const uplink = made.start();
    await eventually('told', () => uplink.latest()?.reason.includes('is not understood') ?? false);
    made.platform.fault = { kind: 'breaks', status: 401 };
    await eventually('login', () => uplink.latest()?.reason.includes('401; check the token') ?? false);
    made.platform.fault = undefined;
    await eventually('there', () => made.platform.held('sec_security_risk_unit').size === 1);
  });

  it('finds the record over which a platform refuses whole requests without a word', async () => {
    const made = await started();
    made.platform.fault = { kind: 'chokes', ids: ['U-3'] };
    made.tell(...Array.from({ length: 6 }, (_, index) => riskUnit({ id: `U-${index}` })));
    const uplink = made.start();
    await eventually('the others', () => made.platform.held('sec_security_risk_unit').size === 5);
    await eventually('given up', () => uplink.latest()?.quarantine.length === 1);
    expect(uplink.latest()?.quarantine[0]?.reason).toContain(
      'risk_unit/U-3: the platform refused the request and named no',
    );
    await eventually('settled', () => lagOf(uplink) === 0);
  });

  it('goes on where it was after it was ended at any moment, and repeats nothing that had arrived', async () => {
    const made = await started();
    const units = Array.from({ length: 200 }, (_, index) => riskUnit({ id: `U-${index}` }));
    made.tell(...units);
    for (let run = 1; made.platform.held('sec_security_risk_unit').size < 200; run += 1) {
      const uplink = made.start();
      const before = made.platform.held('sec_security_risk_unit').size;
      await eventually('some more', () => made.platform.held('sec_security_risk_unit').size > before);
      uplink.close();
      expect(run).toBeLessThan(20);
    }
    const sent = made.platform.received.flatMap(({ records }) => records).length;
    // A batch of each message may have been under way when the run was ended.
    expect(sent).toBeLessThanOrEqual(200 + 20 * 20);
    expect(made.platform.received.every(({ records }) => records.length <= 20)).toBe(true);
  });

  it('tells permits of all kinds with their gas tests after them, and keeps when work began', async () => {
    const made = await started();
    made.tell(permitAt(TEN, { id: 'H-1', state: 'active', sourceTime: TEN }));
    const uplink = made.start();
    const ticket = () => made.platform.held('sec_special_job_ticket_fire').get('H-1');
    await eventually('gas test', () => made.platform.held('sec_special_job_gas_analysis').size === 1);
    // What the platform has and we have not heard of yet may be sent twice.
    await eventually('told', () => lagOf(uplink) === 0);
    made.tell(permitAt(TEN, { id: 'H-1', version: 2, state: 'finished', sourceTime: TEN + 3_600_000 }));
    await eventually('finished', () => ticket()?.['ticketStatus'] === '3');
    expect(ticket()).toMatchObject({ startTime: '20261001100000', endTime: '20261001110000', fireLevel: '一级' });
    expect([...made.platform.held('sec_special_job_gas_analysis').values()][0]).toMatchObject({
      ticketID: 'H-1',
      ticketType: '01',
      analysisResults: 0.1,
      resultsUnit: '%VOL',
    });
    // Unchanged tests are not sent with each version of their ticket.
    await eventually('settled', () => lagOf(uplink) === 0);
    const { received } = made.platform;
    expect(received.filter(({ message }) => message === 'sec_special_job_gas_analysis')).toHaveLength(1);
  });

  it('sends nothing simulated to a platform that has no mark for it, unless told to mark it', async () => {
    const made = await started();
    made.tell(riskUnit({ flags: Flag.sim }));
    const uplink = made.start();
    await eventually('refused', () => uplink.latest()?.quarantine.length === 1);
    expect(uplink.latest()?.quarantine[0]?.reason).toContain('simulated');
    uplink.close();
    const marked = await started();
    marked.tell(riskUnit({ flags: Flag.sim }));
    marked.start(marked.receiver(', simulated: marked'));
    await eventually('marked', () => marked.platform.held('sec_security_risk_unit').get('U-1')?.['simulated'] === true);
  });

  it('speaks the weak cipher that was observed over TLS', async () => {
    const { ca, broker } = makeCertificates();
    const key = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const made = await started('park', { tls: broker, key });
    made.tell(riskUnit());
    const receiver = made.receiver(`, codec: { kind: observed-aes-128-cbc, key: "\${env:KEY}" }`);
    made.start({ ...receiver, transport: { ...optionsOf(receiver), tls: { ca } } });
    await eventually('there', () => made.platform.held('sec_security_risk_unit').size === 1);
  });
});

describe('a platform whose receipts come later', () => {
  it('holds the child until the receipt of its parent, and takes back what a receipt refuses', async () => {
    const made = await started('relay');
    made.platform.fault = { kind: 'refuses', ids: ['H-2'], reason: '票号重复' };
    made.tell(permitAt(TEN, { id: 'H-1', cameras: ['cam-1'] }), permitAt(TEN, { id: 'H-2', cameras: ['cam-2'] }));
    const uplink = made.start();
    await eventually('the child of the good one', () => made.platform.held('ticket_video').has('cam-1'));
    await eventually('the refused', () => uplink.latest()?.quarantine.length === 1);
    await eventually('held', () => uplink.latest()?.lanes.some(({ held }) => held !== undefined) ?? false);
    expect(uplink.latest()?.quarantine[0]?.reason).toBe('ticket_formal/H-2: 票号重复');
    const firstChild = made.platform.received.findIndex(({ message }) => message === 'ticket_video');
    expect(made.platform.received[firstChild]?.refused).toEqual([]);
    const { id } = made.receiver();
    const book = () => bookIn(made.journal.cursors(id));
    await eventually('the receipt of the child', () => book().get('ticket_video/H-1-cam-1')?.has?.isConfirmed === true);
    expect(book().get('ticket_video/H-2-cam-2')?.lacks?.why).toBe('held');
  });

  it('sends a batch again whose receipt never comes', async () => {
    const made = await started('relay');
    made.platform.fault = { kind: 'forgets-receipts' };
    const receiver = withReceipts(made.receiver(), { patienceMs: 200 });
    made.tell(permitAt(TEN));
    made.start(receiver);
    await eventually('again', () => made.platform.received.length >= 2);
    made.platform.fault = undefined;
    const book = () => bookIn(made.journal.cursors(receiver.id));
    await eventually('confirmed', () => book().get('ticket_formal/H-1')?.has?.isConfirmed === true);
  });
});

describe('live values at a platform', () => {
  const target = '3706000010010000100001';
  const point = {
    id: pointId('T-101'),
    source: sourceId('dcs'),
    name: '温度',
    kind: 'temperature',
    unit: '°C',
    safetyRole: 'none',
    regulatorCode: target,
    staleAfterMs: 1e9,
  } as unknown as Point;
  const values = (...given: readonly (number | string)[]) =>
    given.map((value, index) => ({
      point: point.id,
      value,
      quality: GOOD,
      sourceTime: TEN + index * 1000,
      receiveTime: TEN + index * 1000,
      flags: 0,
    }));

  it('go in batches under the code of the regulator, and those that cannot be said are one entry with their number', async () => {
    const made = await started('relay');
    made.journal.add({
      stream: 'sample',
      time: TEN,
      body: values(...Array.from({ length: 120 }, (_, index) => index)),
    });
    made.journal.add({ stream: 'sample', time: TEN, body: values('hot', 'hotter', 'hottest') });
    const uplink = made.start(made.receiver(), [point]);
    await eventually('refused', () => uplink.latest()?.quarantine.length === 1);
    expect(uplink.latest()?.quarantine[0]).toMatchObject({ stream: 'sample', seq: 2 });
    expect(uplink.latest()?.quarantine[0]?.reason).toMatch(/value is "hot", which is no number; and 2 further values$/);
    const got = () => made.platform.received.flatMap(({ records }) => records.length);
    await eventually('all', () => got().reduce((sum, count) => sum + count, 0) === 120);
    expect(got()).toEqual([50, 50, 20]);
    expect(made.platform.held('realtime').get(target)).toMatchObject({ value: 119, cjsj: '2026-10-01 10:01:59' });
    await eventually(
      'settled',
      () => uplink.latest()?.lanes.find(({ stream }) => stream === 'sample')?.lagRecords === 0,
    );
  });
});

describe('a danger of a parent that was never told', () => {
  it('is held and says for what it waits', async () => {
    const made = await started();
    made.tell(hiddenDanger({ riskMeasureId: 'M-9' }));
    const uplink = made.start();
    await eventually('held', () => uplink.latest()?.reason.includes('was never told') ?? false);
    expect(uplink.latest()?.reason).toContain('sec_security_risk_control_measures/M-9');
    expect(made.platform.received).toEqual([]);
  });
});
