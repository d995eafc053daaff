import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { tagId } from '#agent/model/tag.ts';
import { siteDirectory } from '#test/agent/site/played-site.ts';
import { POINTS, serveSite, setUp, signIn, visitorWithRole } from './served-site.ts';
import type { ServedSite, Visitor } from './served-site.ts';

const PLACED = `${POINTS}
headcount:
  - id: people
    maps:
      - id: "1"
        controlPoints:
          - { x: 0, y: 0, lon: 121.62, lat: 38.92 }
          - { x: 105, y: 0, lon: 121.62121234, lat: 38.92 }
          - { x: 0, y: 70, lon: 121.62, lat: 38.92062882 }
    zones:
      - { id: yard, name: 罐区, map: "1", floors: ["1"], polygon: [[0, 0], [40, 0], [40, 20], [0, 20]] }
      - { id: office, map: "1", floors: ["2"], polygon: [[50, 0], [60, 0], [60, 20], [50, 20]] }
    roster: { file: roster.csv, showNames: true }
`;

interface Plan {
  readonly id: string;
  readonly floor?: string;
  readonly frame: Readonly<Record<'left' | 'right' | 'bottom' | 'top', number>>;
  readonly zones: readonly { readonly id: string; readonly name: string; readonly rings: readonly unknown[] }[];
  readonly drawing?: { readonly width: number; readonly height: number; readonly file: string };
  readonly marks: readonly object[];
}

async function servePlans(): Promise<ServedSite & { readonly chief: Visitor }> {
  const directory = siteDirectory();
  writeFileSync(join(directory, 'roster.csv'), 'id,name,role,tag\np1,张三,employee,t1\n');
  const served = await serveSite({ yaml: PLACED, directory });
  return { ...served, chief: await setUp(served.page) };
}

const plansOf = async (one: Visitor): Promise<readonly Plan[]> =>
  ((await (await one.ask('GET', '/api/plans')).json()) as { readonly plans: readonly Plan[] }).plans;

const jpeg = (width: number, height: number): Buffer =>
  encode({ width, height, data: Buffer.alloc(width * height * 4, 128) }, 50).data;

async function upload({ page }: ServedSite, one: Visitor, bytes: Uint8Array, type = 'image/jpeg'): Promise<Response> {
  return fetch(`${page.url}/api/plans/1%401/drawing`, {
    method: 'PUT',
    headers: { cookie: one.cookie(), 'x-firewatch-csrf': one.csrf(), 'content-type': type },
    body: new Uint8Array(bytes),
  });
}

const drawingsIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(join(directory, 'data', 'plans'));
  } catch {
    return [];
  }
};

describe('plans of the site', () => {
  it('are one for each floor of each map, with its zones in metres of that map', async () => {
    const { chief } = await servePlans();
    const plans = await plansOf(chief);
    expect(plans.map(({ id }) => id)).toEqual(['1@1', '1@2']);
    expect(plans[0]?.zones).toMatchObject([
      {
        id: 'yard',
        name: '罐区',
        rings: [
          [
            [0, 0],
            [40, 0],
            [40, 20],
            [0, 20],
            [0, 0],
          ],
        ],
      },
    ]);
    expect(plans[0]?.frame.left).toBeLessThan(0);
    expect(plans[1]?.frame).toEqual(plans[0]?.frame);
  });

  it('are there for a site that locates nobody, so that detectors can be placed on a drawing', async () => {
    const { page } = await serveSite();
    const plans = await plansOf(await setUp(page));
    expect(plans).toMatchObject([{ id: 'site', zones: [], marks: [] }]);
  });

  it('have a drawing that an engineer uploads, which everybody then gets as it was', async () => {
    const served = await servePlans();
    const image = jpeg(60, 40);
    const answer = await upload(served, served.chief, image);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ drawing: { width: 60, height: 40, type: 'image/jpeg' } });
    const viewer = await visitorWithRole(served.page, served.chief, 'viewer');
    const got = await viewer.ask('GET', '/api/plans/1%401/drawing');
    expect(got.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await got.arrayBuffer()).equals(image)).toBe(true);
    expect((await viewer.ask('GET', '/api/plans/1%402/drawing')).status).toBe(404);
  });

  it.each([
    ['a picture that could hold a script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 400],
    ['a header with nothing behind it', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 400],
    ['more than 8 MiB', Buffer.alloc(9 * 1024 * 1024, 0xff), 413],
  ])('refuse %s, and keep nothing of it', async (_what, bytes, status) => {
    const served = await servePlans();
    const answer = await upload(served, served.chief, bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(drawingsIn(served.directory)).toEqual([]);
  });

  it('take no drawing from an operator, nor of a type that is no image', async () => {
    const served = await servePlans();
    const operator = await visitorWithRole(served.page, served.chief, 'operator');
    expect((await upload(served, operator, jpeg(8, 8))).status).toBe(403);
    expect((await upload(served, served.chief, jpeg(8, 8), 'image/svg+xml')).status).toBe(415);
    expect(drawingsIn(served.directory)).toEqual([]);
  });

  it('keep one file a drawing: the one before is gone from the disk', async () => {
    const served = await servePlans();
    await upload(served, served.chief, jpeg(60, 40));
    await upload(served, served.chief, jpeg(30, 20));
    expect(drawingsIn(served.directory)).toHaveLength(1);
    expect((await served.chief.ask('DELETE', '/api/plans/1%401/drawing')).status).toBe(200);
    expect(drawingsIn(served.directory)).toEqual([]);
  });

  it('remember frame and marks over a restart, and the audit says who placed them', async () => {
    const served = await servePlans();
    const placed = { frame: { left: 0, right: 50, bottom: 0, top: 30 }, marks: [{ of: 'AT-1', x: 3, y: 4 }] };
    expect((await served.chief.ask('PUT', '/api/plans/1%401', { body: placed })).status).toBe(200);
    const audit = await (await served.chief.ask('GET', '/api/audit')).text();
    expect(audit).toContain('page.plan-placed');
    await served.stop();
    const again = await serveSite({ yaml: PLACED, directory: served.directory });
    const login = await signIn(again.page, 'chief');
    expect((await plansOf(login))[0]).toMatchObject(placed);
  });

  it('refuse a frame that encloses nothing', async () => {
    const { chief } = await servePlans();
    const frame = { left: 10, right: 10, bottom: 0, top: 5 };
    expect((await chief.ask('PUT', '/api/plans/1%401', { body: { frame } })).status).toBe(400);
  });
});

describe('where each person is', () => {
  it('is told to operators, and to viewers only how many there are', async () => {
    const served = await servePlans();
    await expect.poll(() => served.site.report().sources[0]?.status?.state, { timeout: 45_000 }).toBe('online');
    const now = systemClock.now();
    served.site.playFacts([
      {
        kind: 'tag-fix',
        tag: tagId('t1'),
        map: '1',
        x: 20,
        y: 10,
        sourceTime: now,
        receiveTime: now,
        flags: 0,
      },
    ]);
    const operator = await visitorWithRole(served.page, served.chief, 'operator');
    const viewer = await visitorWithRole(served.page, served.chief, 'viewer');
    const callFor = async (one: Visitor) =>
      ((await (await one.ask('GET', '/api/views')).json()) as Record<string, { people: number; listed?: object[] }>)[
        'headcount/people'
      ];
    await expect.poll(async () => (await callFor(operator))?.people, { timeout: 45_000 }).toBe(1);
    expect((await callFor(operator))?.listed).toMatchObject([
      { name: '张三', at: { x: expect.closeTo(20, 1) as number, y: expect.closeTo(10, 1) as number } },
    ]);
    const seen = await callFor(viewer);
    expect(seen?.people).toBe(1);
    expect(seen?.listed).toBeUndefined();
    expect(await (await viewer.ask('GET', '/api/views')).text()).not.toContain('张三');
  });
});
