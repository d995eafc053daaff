import { array, assert, constantFrom, property } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ImageJudge, imageStates, type ImageState } from '#drivers/onvif/picture/image-judge.ts';
import { correlation, lumaOf, measure, type Measures } from '#drivers/onvif/picture/measure.ts';
import { PictureReader } from '#drivers/onvif/picture/picture-reader.ts';
import { picture, pictureFaults } from '#simulators/camera/picture.ts';

const scene = Array.from({ length: 384 }, (_, at) => (at * 37) % 200);
let shots = 0;
const good = (more: Partial<Measures> = {}): Measures => ({
  mean: 100,
  sigma: 40,
  sharpness: 500,
  scene,
  hash: String((shots += 1)),
  ...more,
});

describe('an image is judged', () => {
  it.each([
    ['black', { mean: 5, sigma: 2 }],
    ['covered', { sigma: 3 }],
    ['blurred', { sharpness: 50 }],
    ['moved', { scene: scene.toReversed().map((value, at) => (value * at) % 200) }],
    ['frozen', { hash: 'the same' }],
  ] as const)('%s by three pictures of five, and ok again by three', (state, more) => {
    const judge = new ImageJudge();
    for (let n = 0; n < 5; n++) judge.judge(good());
    expect(judge.state).toBe('ok');
    const isLate = state === 'frozen' ? 2 : 0;
    for (let n = 0; n < 2 + isLate; n++) expect(judge.judge(good(more))).toBe('ok');
    expect(judge.judge(good(more))).toBe(state);
    for (let n = 0; n < 2; n++) expect(judge.judge(good())).toBe(state);
    expect(judge.judge(good())).toBe('ok');
  });

  it('never by a single picture, whatever comes in what order', () => {
    const kinds: Readonly<Record<ImageState, Partial<Measures>>> = {
      ok: {},
      black: { mean: 5, sigma: 2 },
      covered: { sigma: 3 },
      blurred: { sharpness: 50 },
      moved: { scene: scene.map((value) => 200 - value) },
      frozen: { hash: 'the same' },
    };
    assert(
      property(array(constantFrom(...imageStates), { maxLength: 40 }), (sequence) => {
        const judge = new ImageJudge({ scene, sharpness: 500, pictures: 3 });
        let before: ImageState | undefined;
        for (const [at, kind] of sequence.entries()) {
          const now = judge.judge(good(kinds[kind]));
          const last = sequence.slice(Math.max(0, at - 4), at + 1);
          const agreeing = last.filter((one) => one === now || now === 'ok').length;
          expect(now === before || agreeing >= 3).toBe(true);
          before = now;
        }
      }),
    );
  });

  it('by a learned view that is the same after a restart', () => {
    const judge = new ImageJudge();
    for (let n = 0; n < 3; n++) judge.judge(good());
    const again = new ImageJudge(judge.reference);
    for (let n = 0; n < 3; n++) again.judge(good({ scene: scene.map((value) => 200 - value) }));
    expect(again.state).toBe('moved');
    expect(again.resemblance).toBeCloseTo(-1);
  });
});

describe('a picture', { timeout: 180_000 }, () => {
  const reader = new PictureReader(3_000);
  afterAll(() => reader.dispose());

  it('resembles itself in other light, and no other', () => {
    const brighter = scene.map((value) => value * 1.2 + 10);
    expect(correlation(scene, brighter)).toBeCloseTo(1);
    expect(
      Math.abs(
        correlation(
          scene,
          scene.map((_, at) => (at * at * 7) % 200),
        ),
      ),
    ).toBeLessThan(0.3);
    expect(correlation(scene, [])).toBe(0);
  });

  it('of one brightness has it as mean, no spread and no edges', () => {
    const flat = measure(lumaOf(new Uint8Array(64 * 48 * 3).fill(77), 64, 48, 3));
    expect(flat).toMatchObject({ sigma: 0, sharpness: 0 });
    expect(flat.mean).toBe(77);
  });

  it.each(pictureFaults)('%s is measured as it is', async (fault) => {
    const shoot = (more: object) =>
      reader.read(picture({ width: 320, height: 180, seed: 3, time: (shots += 1) * 1_000, ...more }));
    const judge = new ImageJudge();
    for (let n = 0; n < 4; n++) {
      const { measures } = (await shoot({})) as { measures: Measures };
      judge.judge(measures);
    }
    for (let n = 0; n < 5; n++) {
      const { measures } = (await shoot({ fault })) as { measures: Measures };
      judge.judge(measures);
    }
    expect(judge.state).toBe(fault);
  });

  it('that is none has its fault, and the next one is read', async () => {
    const jpeg = picture({ width: 64, height: 48, seed: 1, time: 0 });
    const huge = Buffer.from(jpeg);
    const size = huge.indexOf(Buffer.from([0xff, 0xc0])) + 5;
    huge.writeUInt16BE(60_000, size);
    huge.writeUInt16BE(60_000, size + 2);
    for (const bytes of [Buffer.alloc(0), Buffer.from('no picture'), jpeg.subarray(0, 300), huge])
      expect((await reader.read(bytes)).fault).toBeTypeOf('string');
    expect((await reader.read(jpeg)).fault).toBeUndefined();
  });

  it('may be damaged anywhere: reading ends with measures or a fault', async () => {
    const jpeg = picture({ width: 64, height: 48, seed: 1, time: 0 });
    for (let seed = 0; seed < 150; seed++) {
      const damaged = Buffer.from(jpeg);
      for (let n = 0; n < 4; n++) damaged[(seed * 7919 + n * 104_729) % damaged.length] = (seed * 31 + n * 17) & 0xff;
      const answer = await reader.read(damaged);
      expect(answer.fault === undefined ? answer.measures.mean : 0).toBeGreaterThanOrEqual(0);
    }
  });

  it('that is noise costs no thread its life', async () => {
    const noise = Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(5_000, 0xa7)]);
    expect((await reader.read(noise)).fault).toBeTypeOf('string');
  });
});
