import { z } from 'zod';
import type { PlatformOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import { readMappingProfile } from '../mapping-profile/read-profile.ts';
import { suggest } from '../nearest.ts';
import type { Entry, Path } from '../place.ts';
import { secret } from '../secret.ts';
import { httpPeerKeys, httpUrl, readHttpPeer } from './http-peer.ts';
import { isWritten } from './is-written.ts';

export const platformSchema = z.strictObject({
  kind: z.literal('platform'),
  url: httpUrl(
    'https:// address of the platform; the names of messages are appended to it',
    'https://platform.example/api',
  ),
  ...httpPeerKeys,
  profile: z
    .string()
    .min(1)
    .meta({
      description: "what messages look like: a profile that comes with Firewatch, or a YAML file of the site's own",
      examples: ['sd-observed-2024', './our-province.yaml'],
    }),
  company: z
    .string()
    .regex(/^[A-Za-z0-9]{1,32}$/)
    .meta({ description: "the company's code at the platform", examples: ['370600001'] }),
  codes: z
    .string()
    .min(1)
    .meta({ description: 'generation of the codes, as the profile names it' })
    .prefault('registration'),
  codec: z
    .strictObject({
      kind: z.literal('observed-aes-128-cbc').meta({ description: 'a weak cipher for compatibility, no protection' }),
      key: secret().meta({ description: 'hexadecimal, 16 bytes, by reference', examples: ['${file:platform.key}'] }),
    })
    .meta({ description: 'only where the platform insists on it, and only over https' })
    .optional(),
  simulated: z
    .enum(['refuse', 'marked'])
    .meta({ description: 'foreign messages have no mark for what is simulated: refuse it, or add simulated: true' })
    .prefault('refuse'),
});

/** Undefined where its profile has faults; they are reported. */
export function readPlatform(
  text: z.output<typeof platformSchema>,
  entry: Entry,
  reading: Reading,
): PlatformOptions | undefined {
  const { kind, profile: named, company, codes, codec, simulated, ...peer } = text;
  const options = readHttpPeer(peer, 'Bearer', entry, reading);
  const fault = (path: Path, what: string, why: string, todo: string): void =>
    reading.findings.errorAt(entry, path, { what, why, todo });
  for (const key of ['seal', 'wire'])
    if (isWritten(entry, [key]))
      fault([key], `"${key}" with a platform`, 'its messages have a form of their own', `delete ${key}`);
  const read = readMappingProfile(named, entry.directory, reading);
  if ('fault' in read) {
    if (read.fault) reading.findings.errorAt(entry, ['transport', 'profile'], read.fault);
    return undefined;
  }
  const { profile } = read;
  const lengths = profile.codes[codes];
  if (!lengths) {
    const known = Object.keys(profile.codes);
    const todo = suggest(codes, known, `write ${known.join(' or ')}`);
    fault(['transport', 'codes'], `profile ${profile.id} knows no codes "${codes}"`, 'their lengths are checked', todo);
    return undefined;
  }
  if (company.length !== lengths.company)
    fault(
      ['transport', 'company'],
      `the company's code "${company}" has ${company.length} characters`,
      `codes of ${codes} have ${lengths.company}, and every other code begins with it`,
      'correct it, or choose another generation with codes',
    );
  if (codec && !text.url.startsWith('https:'))
    fault(
      ['transport', 'codec'],
      `codec ${codec.kind} without https`,
      'it protects nothing by itself',
      'write https:// in the url, or delete codec',
    );
  if (codec && profile.envelope !== 'datas')
    fault(
      ['transport', 'codec'],
      `codec ${codec.kind} with profile ${profile.id}`,
      'its messages are plain arrays',
      'delete codec, or write envelope: datas in the profile',
    );
  if (codec && !/^[0-9a-f]{32}$/i.test(codec.key.reveal().trim()))
    fault(
      ['transport', 'codec', 'key'],
      `${codec.key.reference} leads to no key of 16 bytes`,
      'AES-128 needs 16 bytes, as hexadecimal',
      'write the key that the platform gave, as 32 hexadecimal digits',
    );
  return { ...options, kind, profile, company, lengths, ...(codec && { codec }), simulated };
}
