import { zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';

/**
 * Of Firewatch JSON 1 (config/receivers/firewatch-json) what this driver looks at. Keys that are new to it are passed over.
 */
const MOST_SAMPLES = 100_000;
const MOST_BYTES = 16 * 1024 * 1024;
const ZSTD_MAGIC = Buffer.from('28b52ffd', 'hex');

const value = z.union([z.number(), z.boolean(), z.string().max(4096), z.null()]);
const column = <Cell extends z.ZodType>(cell: Cell) => z.array(cell).max(MOST_SAMPLES);
const count = z.int().min(1).max(MOST_SAMPLES);

const presence = z.object({ state: z.enum(['online', 'stopped', 'lost']), sim: z.boolean() });

const catalog = z.object({ catalog: z.string().max(64), points: column(z.object({ id: z.string().max(200) })) });

const sample = z.object({
  id: z.string().max(300),
  lane: z.enum(['alarm', 'live', 'backfill']),
  body: z.object({
    catalog: z.string().max(64).optional(),
    points: column(z.string().max(200)),
    point: column(z.int()),
    value: column(value),
    scaled: z.object({ decimals: z.int().min(1).max(22), value: column(value) }).optional(),
    float32: column(z.int().min(0)).optional(),
    sourceTime: column(z.number()),
    quality: column(
      z.object({
        count,
        level: z.enum(['good', 'uncertain', 'bad']),
        reason: z.string().max(200).optional(),
        raw: z.number().optional(),
      }),
    ),
    flags: column(z.object({ count, flags: z.array(z.string().max(40)).max(20) })),
  }),
});

const gap = z.object({
  body: z.object({
    from: z.number(),
    to: z.number().optional(),
    reason: z.string().max(40),
    points: column(z.string().max(200)).optional(),
    lost: z.number().optional(),
    text: z.string().max(2000),
    flags: z.array(z.string().max(40)).max(20),
  }),
});

export type SampleBody = z.output<typeof sample>['body'];
export type GapBody = z.output<typeof gap>['body'];

export type Told =
  | { readonly type: 'presence'; readonly state: 'online' | 'stopped' | 'lost'; readonly isSimulated: boolean }
  | { readonly type: 'catalog'; readonly name: string; readonly points: readonly string[] }
  | { readonly type: 'samples'; readonly id: string; readonly isBackfill: boolean; readonly body: SampleBody }
  | { readonly type: 'gap'; readonly body: GapBody }
  /** Says only which numbers are accounted for. */
  | { readonly type: 'nothing' };

/**
 * What a message says. Throws an Error that says what does not fit.
 *
 * @param stream the topic below `<prefix>/<site>/`
 */
export function readMessage(stream: string, payload: Buffer): Told {
  const message: unknown = JSON.parse(textOf(payload));
  if (stream === 'presence') {
    const { state, sim } = fitting(presence, message);
    return { type: 'presence', state, isSimulated: sim };
  }
  if (stream.startsWith('catalog/')) {
    const told = fitting(catalog, message);
    return { type: 'catalog', name: told.catalog, points: told.points.map(({ id }) => id) };
  }
  if (typeof message === 'object' && message !== null && !('body' in message)) return { type: 'nothing' };
  if (stream === 'gap') return { type: 'gap', body: fitting(gap, message).body };
  const { id, lane, body } = fitting(sample, message);
  return { type: 'samples', id, isBackfill: lane === 'backfill', body };
}

/** The encoding stands beside the payload only in MQTT 5, and not at all behind a NATS server: the bytes say it, too. */
function textOf(payload: Buffer): string {
  const isCompressed = payload.subarray(0, ZSTD_MAGIC.length).equals(ZSTD_MAGIC);
  return (isCompressed ? zstdDecompressSync(payload, { maxOutputLength: MOST_BYTES }) : payload).toString('utf8');
}

function fitting<Schema extends z.ZodType>(schema: Schema, message: unknown): z.output<Schema> {
  const read = schema.safeParse(message);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}
