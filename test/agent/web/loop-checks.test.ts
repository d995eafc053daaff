import { describe, expect, it } from 'vitest';
import { LOOP_CHECK_SCOPE, loopChecksIn } from '#agent/model/loop-check.ts';
import { recordsOf } from '#test/agent/site/played-site.ts';
import { serveSite, setUp, signIn, visitorWithRole } from './served-site.ts';
import type { ServedSite, Visitor } from './served-site.ts';

async function commissioned(options: Parameters<typeof serveSite>[0] = {}): Promise<ServedSite & { one: Visitor }> {
  const served = await serveSite(options);
  const chief = await setUp(served.page);
  return { ...served, one: await visitorWithRole(served.page, chief, 'engineer') };
}

const check = async (one: Visitor, point: string, body: object) => {
  const response = await one.ask('POST', `/api/points/${point}/loop-check`, { body });
  return { status: response.status, told: (await response.json()) as Record<string, unknown> };
};

describe('a loop check', () => {
  it('records who compared what the instrument shows with what is read, and when', async () => {
    const { one, site, directory } = await commissioned();
    site.play({ T: 82.4, F: 5 });
    expect(await check(one, 'T', { instrument: 82, remark: 'at the local display' })).toEqual({
      status: 200,
      told: {
        point: 'T',
        time: expect.any(Number),
        who: 'engineer',
        read: { value: 82.4, quality: 'good' },
        instrument: 82,
        verdict: 'good',
        isSimulated: false,
        remark: 'at the local display',
      },
    });
    const audited = recordsOf(directory, 'audit').filter(({ body }) => body.action === 'loop-check');
    expect(audited).toMatchObject([
      {
        body: { who: 'engineer', what: 'T', detail: { verdict: 'good', instrument: 82, read: 82.4, quality: 'good' } },
      },
    ]);
  });

  it('is good within one hundredth of the range, or what was agreed, and bad beyond', async () => {
    const { one, site } = await commissioned();
    site.play({ T: 82.4, F: 5 });
    expect((await check(one, 'T', { instrument: 84.4 })).told).toMatchObject({ verdict: 'good' });
    expect((await check(one, 'T', { instrument: 84.5 })).told).toMatchObject({ verdict: 'bad' });
    expect((await check(one, 'T', { instrument: 84.5, tolerance: 5 })).told).toMatchObject({ verdict: 'good' });
    expect(
      (await check(one, 'T', { instrument: 82.4, verdict: 'bad', remark: 'unit plate is missing' })).told,
    ).toMatchObject({
      verdict: 'bad',
    });
  });

  it('is never good where the values differ, or the reading is not good', async () => {
    const { one, site } = await commissioned();
    expect(await check(one, 'T', { instrument: 20, verdict: 'good' })).toMatchObject({
      status: 409,
      told: { detail: 'the reading is not good (not-yet-read)' },
    });
    site.play({ T: 20 });
    expect(await check(one, 'T', { instrument: 90, verdict: 'good' })).toMatchObject({ status: 409 });
    // Below the range of the instrument.
    site.play({ T: -900 });
    expect(await check(one, 'T', { instrument: -900, verdict: 'good' })).toMatchObject({
      status: 409,
      told: { detail: 'the reading is not good (under-range)' },
    });
    expect((await check(one, 'T', { instrument: -900 })).told).toMatchObject({
      verdict: 'bad',
      read: { quality: expect.stringMatching(/bad|uncertain/), reason: 'under-range' },
    });
  });

  it('asks for a verdict where a word stands against a number', async () => {
    const { one, site } = await commissioned();
    site.play({ T: 20 });
    expect(await check(one, 'T', { instrument: 'open' })).toMatchObject({ status: 400 });
    expect((await check(one, 'T', { instrument: 'open', verdict: 'bad' })).told).toMatchObject({ verdict: 'bad' });
  });

  it('of a point that there is not is refused', async () => {
    const { one } = await commissioned();
    expect(await check(one, 'nothing', { instrument: 1 })).toMatchObject({ status: 404 });
  });

  it('is in the list by its newest verdict, and is there after a restart, for whoever reads the journal', async () => {
    const first = await commissioned();
    first.site.play({ T: 20, F: 5 });
    await check(first.one, 'T', { instrument: 90 });
    await check(first.one, 'T', { instrument: 20 });
    for (let n = 0; n < 12; n++) await check(first.one, 'F', { instrument: n });
    expect(
      loopChecksIn(first.site.state(LOOP_CHECK_SCOPE))
        .get('F')
        ?.map(({ instrument }) => instrument),
    ).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    await first.stop();

    const { page } = await serveSite({ directory: first.directory, page: { anonymous: 'viewer' } });
    const one = await signIn(page, 'engineer');
    const list = async (query: string) =>
      (await (await one.ask('GET', `/api/loop-checks?${query}`)).json()) as {
        readonly counts: object;
        readonly total: number;
        readonly points: readonly { readonly id: string; readonly checks: readonly { readonly verdict: string }[] }[];
      };
    const all = await list('');
    expect(all).toMatchObject({ counts: { open: 0, good: 1, bad: 1 }, total: 2 });
    expect(all.points.map(({ id, checks }) => [id, checks.map(({ verdict }) => verdict).slice(0, 2)])).toEqual([
      ['T', ['good', 'bad']],
      ['F', ['bad', 'bad']],
    ]);
    expect((await list('state=bad')).points.map(({ id }) => id)).toEqual(['F']);
    expect((await list('text=t&limit=1')).points.map(({ id }) => id)).toEqual(['T']);
    expect((await list('state=open')).total).toBe(0);
  });
});

describe('loop checks in the journal', () => {
  it('that were damaged are left out, and the others are read', () => {
    const good = { point: 'T', time: 1, who: 'li', instrument: 2, verdict: 'good', isSimulated: false, remark: '' };
    const state = new Map<string, unknown>([
      ['T', [good, { ...good, verdict: 'fine' }, null, 'x', { ...good, read: { value: {} } }, { ...good, time: '1' }]],
      ['F', 'nonsense'],
    ]);
    expect([...loopChecksIn(state)]).toEqual([
      ['T', [good]],
      ['F', []],
    ]);
  });
});
