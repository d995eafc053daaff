import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { shareRegistry } from '#agent/ingest/share.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { holdSecret } from '#config/secret.ts';
import type { Driver } from '#drivers/driver.ts';
import { permitFeed } from '#drivers/permit-feed/driver.ts';
import { PermitSystem } from '#simulators/permits/permit-system.ts';
import { judgeEntry } from '#agent/site/registers/judge-entry.ts';
import { definitionOf } from '../../agent/site/registers/register-fixture.ts';
import { RegisterSystem } from '#simulators/registers/register-system.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';

const PATIENCE_MS = 10_000;
const permits = {
  each: 'rows',
  id: 'id',
  version: 'seq',
  deleted: 'deleted',
  changed: 'updateDate',
  work: 'ticketType',
  works: { '01': 'hot-work', '02': 'confined-space' },
  grade: 'level',
  grades: { 特级: 0, 一级: 1, 二级: 2 },
  state: 'ticketStatus',
  states: { 0: 'applied', 1: 'approved', 2: 'active', 3: 'finished', 4: 'cancelled', 6: 'suspended' },
  validFrom: 'planStartTime',
  validTo: 'planEndTime',
  zone: 'workAreaCode',
  people: [
    { each: 'workers', role: 'worker' },
    { each: 'supervisor', role: 'guardian' },
  ],
  gasTests: {
    each: 'gasAnalysis',
    time: 'analystTime',
    readings: { gas: 'gasName', value: 'analysisResults', unit: 'resultsUnit' },
  },
  cameras: 'videoCodes',
};

describe('driver permit-feed', () => {
  const sources: WatchedSource[] = [];
  const share = shareRegistry();

  const read = (transport: object, more: object = {}): WatchedSource => {
    const source = new WatchedSource({
      driver: permitFeed as Driver,
      options: permitFeed.schema.parse({ transport, permits: [permits], interval: '100ms', ...more }),
      points: [{ id: pointId('online'), kind: 'state', address: permitFeed.address.parse('online') }],
      stateDir: '/nonexistent',
      share,
      source: 'permits',
    });
    sources.push(source);
    return source;
  };
  const told = (source: WatchedSource) =>
    source.facts.flatMap((fact) =>
      fact.kind === 'permit' ? [`${fact.state} ${fact.isDeleted ? 'deleted' : ''}`.trim()] : [],
    );
  const refusals = (source: WatchedSource) =>
    source.signals.flatMap((signal) => (signal.type === 'event' ? [signal.event.text] : []));
  const system = async () => {
    const made = new PermitSystem({ seed: 7 });
    await made.start();
    onTestFinished(() => made.stop());
    return made;
  };
  const pull = ({ endpoint }: PermitSystem, token = 'permit-token') => ({
    kind: 'http-pull',
    url: `http://${endpoint}/permits`,
    token: holdSecret('${env:T}', () => token),
    cursor: 'next',
  });

  afterEach(() => {
    for (const source of sources.splice(0)) source.stop();
  });

  it('pulls what changed, deletion too, in the order of the changes and each once', async () => {
    const server = await system();
    const id = server.create();
    const source = read(pull(server));
    await source.until('created', () => told(source).length === 1, PATIENCE_MS);
    server.gasTest(id, 5);
    server.begin(id);
    await source.until('begun', () => told(source).includes('active'), PATIENCE_MS);
    server.delete(id);
    await source.until('deleted', () => told(source).at(-1) === 'active deleted', PATIENCE_MS);
    expect(source.facts[0]).toMatchObject({
      id,
      work: 'hot-work',
      grade: 1,
      zone: 'tank-farm',
      flags: Flag.sim,
      people: [{ role: 'worker' }, { role: 'guardian' }],
    });
    expect(source.facts.at(-1)).toMatchObject({ gasTests: [{ readings: [{ gas: '甲烷', value: 5, unit: '%LEL' }] }] });
    expect(server.writesSeen).toBe(0);
    await source.until('alive', () => source.samples.at(-1)?.value === true, PATIENCE_MS);
  });

  it('tells a garbled record once and reads the others', async () => {
    const server = await system();
    server.garble('T-0');
    for (let count = 0; count < 120; count += 1) server.create();
    const source = read(pull(server));
    await source.until('all', () => told(source).length === 120, PATIENCE_MS);
    expect(refusals(source)).toHaveLength(1);
    expect(refusals(source)[0]).toContain('"T-0"');
  });

  it('is lost while the login is refused', async () => {
    const server = await system();
    const source = read(pull(server, 'wrong'));
    await source.until('lost', () => source.end !== undefined, PATIENCE_MS);
    expect(source.end).toMatchObject({ error: { message: expect.stringContaining('login refused (401)') as string } });
  });

  it('takes posts of those who know the token', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    listener.close();
    await once(listener, 'close');
    const source = read({ kind: 'http', port, path: '/permits', token: holdSecret('${env:T}', () => 'let-me-in') });
    await source.until('listening', () => source.samples.length > 0, PATIENCE_MS);
    const row = {
      id: 'A',
      seq: 3,
      ticketType: '01',
      ticketStatus: 1,
      planStartTime: '20261124080000',
      planEndTime: '20261124160000',
    };
    const post = async (body: unknown, token = 'let-me-in') => {
      const init = { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${token}` } };
      const response = await fetch(`http://127.0.0.1:${port}/permits`, init);
      await response.text();
      return response.status;
    };
    expect(await post({ rows: [row] }, 'guess')).toBe(401);
    expect(await post({ rows: [row, { ...row, id: 'B', ticketStatus: 'new' }] })).toBe(400);
    expect(told(source)).toEqual(['approved']);
    expect(await post({ rows: [{ ...row, seq: 4, ticketStatus: 2 }] })).toBe(204);
    expect(told(source)).toEqual(['approved', 'active']);
  });

  it('reads by what the standard measures work, and refuses what cannot be', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firewatch-permits-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'permits.json');
    const base = { seq: 1, ticketType: '01', ticketStatus: '2', planStartTime: 1.78e12, planEndTime: 1.781e12 };
    const rows = [
      { ...base, id: 'A', h: '16.5', t: 40, plates: ['p1', 'p2'], by: 'H-1', x: 118.5, y: 37.4 },
      { ...base, id: 'B', h: '', plates: 1, by: ['H-1', 'H-2'], x: 0, y: 0 },
      { ...base, id: 'C' },
      { ...base, id: 'D', h: -1 },
      { ...base, id: 'E', x: 200, y: 10 },
    ];
    writeFileSync(path, JSON.stringify({ rows }));
    const sizes = { height: 'h', mass: 't', plates: 'plates', serves: 'by', lon: 'x', lat: 'y' };
    const source = read({ kind: 'file', path, format: 'json' }, { permits: [{ ...permits, ...sizes }] });
    await source.until('refusals', () => refusals(source).length >= 2, PATIENCE_MS);
    const measured = source.facts.flatMap((fact) =>
      fact.kind === 'permit' ? [[fact.id, fact.heightM, fact.massT, fact.plates, fact.serves, fact.position]] : [],
    );
    expect(measured).toEqual([
      ['A', 16.5, 40, 2, ['H-1'], { lon: 118.5, lat: 37.4 }],
      ['B', undefined, undefined, 1, ['H-1', 'H-2'], undefined],
      ['C', undefined, undefined, undefined, [], undefined],
    ]);
    expect(refusals(source)).toEqual([
      expect.stringContaining('height is -1'),
      expect.stringContaining('200, 10 is no place on earth'),
    ]);
  });

  it('reads a file again when it changed, and a broken line stops no other', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firewatch-permits-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const path = join(directory, 'permits.csv');
    const lines = [
      'id,seq,type,status,from,to,people',
      'A,1,动火,作业中,2026-11-24 08:00:00,2026-11-24 16:00:00,P1;P2',
      'B,1,动火',
    ];
    writeFileSync(path, lines.join('\n'));
    const mapping = {
      id: 'id',
      version: 'seq',
      work: 'type',
      works: { 动火: 'hot-work' },
      state: 'status',
      states: { 作业中: 'active', 完工: 'finished' },
      validFrom: 'from',
      validTo: 'to',
      people: [{ each: "split(people, ';')", role: 'worker' }],
    };
    const source = read({ kind: 'file', path, format: 'csv' }, { permits: [mapping], zone: '+08:00' });
    await source.until('read', () => told(source).length === 1, PATIENCE_MS);
    expect(source.facts[0]).toMatchObject({
      validFrom: Date.parse('2026-11-24T00:00:00Z'),
      people: [{ person: 'P1' }, { person: 'P2' }],
    });
    expect(refusals(source)).toHaveLength(1);
    writeFileSync(path, [...lines, 'A,2,动火,完工,2026-11-24 08:00:00,2026-11-24 16:00:00,P1'].join('\n'));
    await source.until('finished', () => told(source).includes('finished'), PATIENCE_MS);
  });

  it('pulls the registers of a dual-prevention system, changes and deletions too, in a shape that the site takes', async () => {
    const server = new RegisterSystem();
    await server.start();
    onTestFinished(() => server.stop());
    const registers = Object.entries({
      'risk-object': 'risk_object',
      'risk-unit': 'risk_unit',
      'risk-event': 'risk_event',
      'risk-measure': 'risk_measure',
      'inspection-task': 'inspection_task',
      'inspection-record': 'inspection_record',
      'hidden-danger': 'hidden_danger',
    }).map(([register, table]) => ({
      register,
      each: 'rows',
      when: `table == '${table}'`,
      id: 'id',
      parent: 'parent',
      version: 'seq',
      deleted: 'deleted',
      changed: 'updateDate',
      fields: 'fields',
    }));
    const transport = {
      kind: 'http-pull',
      url: `http://${server.endpoint}/registers`,
      token: holdSecret('${env:T}', () => 'register-token'),
      cursor: 'next',
    };
    const source = read(transport, { permits: [], registers });
    await source.until('all', () => source.facts.length === 13, PATIENCE_MS);
    server.change('hidden_danger', 'D-SPRAY', { dangerState: '1' });
    server.delete('inspection_task', 'T-ARM');
    await source.until('changed', () => source.facts.length === 15, PATIENCE_MS);
    expect(source.facts).toContainEqual(
      expect.objectContaining({ id: 'D-SPRAY', fields: expect.objectContaining({ dangerState: '1' }) as object }),
    );
    expect(source.facts).toContainEqual(expect.objectContaining({ id: 'T-ARM', isDeleted: true }));

    const { shape } = definitionOf();
    const faults = source.facts.flatMap((fact) =>
      fact.kind === 'register' ? judgeEntry(fact, shape) : ['no register'],
    );
    expect(faults).toEqual([]);
  });

  it('relays records of registers with their fields', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firewatch-permits-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const path = join(directory, 'units.json');
    writeFileSync(
      path,
      JSON.stringify([
        { id: 'u1', obj: 'o1', seq: 2, deleted: '1', name: '罐区' },
        { id: 'u2', seq: 'x' },
      ]),
    );
    const registers = [
      {
        register: 'risk-unit',
        id: 'id',
        parent: 'obj',
        version: 'seq',
        deleted: 'deleted',
        fields: '{riskUnitName: name}',
      },
    ];
    const source = read({ kind: 'file', path, format: 'json' }, { permits: [], registers });
    await source.until('read', () => source.facts.length === 1, PATIENCE_MS);
    expect(source.facts[0]).toMatchObject({
      register: 'risk-unit',
      id: 'u1',
      parent: 'o1',
      isDeleted: true,
      fields: { riskUnitName: '罐区' },
    });
    expect(refusals(source)[0]).toContain('version (seq) is "x"');
  });
});
