import { z } from 'zod';
import type { Hj212Options } from '#agent/model/receiver.ts';
import { pointId } from '#agent/model/ids.ts';
import type { Reading } from '../check-entry.ts';
import { duration, LONGEST_TIMER_MS } from '../duration.ts';
import { refuse } from '../fault.ts';
import { pointIdText } from '../id-schema.ts';
import type { Entry } from '../place.ts';
import { secret } from '../secret.ts';
import { isWritten } from './is-written.ts';
import { refuseKeys } from './refuse-keys.ts';

const point = z.strictObject({
  point: pointIdText,
  code: z
    .string()
    .regex(/^[A-Za-z0-9]{1,16}$/)
    .meta({ description: "the platform's code of the quantity, e.g. of HJ 524", examples: ['a01001'] }),
  factor: z.number().meta({ description: 'value × factor is sent, for another unit' }).prefault(1),
  decimals: z.number().int().min(0).max(9).meta({ description: 'digits after the point' }).prefault(3),
});

export const hj212Schema = z.strictObject({
  kind: z.literal('hj212'),
  url: z
    .string()
    .superRefine((text, context) => {
      if (/^tcp:\/\/[^\s/@:]+:\d{1,5}\/?$/.test(text) && URL.canParse(text)) return;
      refuse(context, {
        what: `${JSON.stringify(text)} is no address of a platform for HJ 212`,
        why: 'expected tcp://host:port',
        todo: 'write for example "tcp://10.1.2.3:9001"',
      });
    })
    .meta({
      description: 'tcp:// address; HJ 212 knows no encryption, use a private line',
      examples: ['tcp://10.1.2.3:9001'],
    }),
  st: z
    .string()
    .regex(/^\d{2}$/)
    .meta({ description: 'system type (ST)', examples: ['31'] }),
  mn: z
    .string()
    .regex(/^[A-Za-z0-9]{1,24}$/)
    .meta({ description: "the device's number at the platform (MN)" }),
  password: secret().meta({ description: 'PW, by reference', examples: ['${env:HJ212_PASSWORD}'] }),
  timeout: duration({ min: 100, max: LONGEST_TIMER_MS })
    .meta({ description: 'a frame is repeated when it is not answered within this time' })
    .prefault('5s'),
  retries: z.number().int().min(0).max(20).meta({ description: 'repeats before connecting again' }).prefault(3),
  points: z.array(point).min(1).meta({ description: 'the points that the platform gets, with its codes' }),
  simulated: z
    .enum(['refuse', 'marked'])
    .meta({ description: 'HJ 212 has no mark for simulated values: refuse them, or mark each with <code>-Sim=1' })
    .prefault('refuse'),
});

/** @param timeZone of the site, in which HJ 212 writes its times */
export function readHj212(
  text: z.output<typeof hj212Schema>,
  timeZone: string,
  entry: Entry,
  reading: Reading,
): Hj212Options {
  refuseKeys(['seal', 'wire'], { way: 'HJ 212', why: 'its frames have a form of their own' }, entry, reading);
  if (isWritten(entry, ['lanes', 'alarm']))
    reading.findings.errorAt(
      entry,
      ['lanes', 'alarm'],
      {
        what: 'an alarm lane with HJ 212',
        why: 'it carries samples only',
        todo: 'delete it; report alarms another way',
      },
      'key',
    );
  const { hostname, port } = new URL(text.url);
  return {
    kind: text.kind,
    url: text.url,
    host: hostname,
    port: Number(port),
    st: text.st,
    mn: text.mn,
    password: text.password,
    timeoutMs: text.timeout,
    retries: text.retries,
    timeZone,
    points: text.points.map((each) => ({ ...each, point: pointId(each.point) })),
    simulated: text.simulated,
  };
}
