import { createHash } from 'node:crypto';
import { hasFlag } from '#agent/model/flags.ts';
import type { EvidenceUplinkOptions } from '#agent/model/receiver.ts';
import type { RecordOf } from '#agent/model/record.ts';
import type { SiteEvent } from '#agent/model/event.ts';

/** A record that tells of a picture or film that was kept. */
type EvidenceRecord = RecordOf<'event', SiteEvent>;

/** A piece of what a camera showed, or why there is none. */
export interface EvidencePart {
  /** Number of the event record that told of it first, with the digest. */
  readonly seq: number;
  /** UTC ms at which that was committed. */
  readonly time: number;
  readonly isSimulated: boolean;
  /** Of the whole, as the event tells them. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly alarm: string;
  readonly camera: string;
  readonly content:
    | { readonly kind: 'data'; readonly first: number; readonly data: Buffer }
    | { readonly kind: 'missing'; readonly why: MissingContent };
}

/** `expired`: no longer on disk; `too-large`: beyond what was agreed; `altered`: not what the digest was made of. */
export const missingContents = ['expired', 'too-large', 'altered'] as const;
type MissingContent = (typeof missingContents)[number];

/** Whether the receiver wants the content of what this record tells of. */
export const isWanted = ({ body }: EvidenceRecord, { clips }: EvidenceUplinkOptions): boolean => {
  if (body.kind !== 'evidence.stored' || typeof body.detail?.['file'] !== 'string') return false;
  return clips || body.detail['file'].endsWith('.jpg');
};

/**
 * What is sent of one picture or film: it is read once, compared with the digest in the journal, and cut. The same
 * content in pieces of another size fits together with pieces from an earlier try: each says where it begins.
 *
 * @param read the file's bytes; undefined when it is gone
 * @param cut from which byte on, in pieces of how many
 */
export function evidenceParts(
  { seq, time, body }: EvidenceRecord,
  { maxBytes }: EvidenceUplinkOptions,
  read: (file: string) => Buffer | undefined,
  { from, partBytes }: { readonly from: number; readonly partBytes: number },
): readonly EvidencePart[] {
  const { file, sha256, bytes, alarm, camera } = body.detail ?? {};
  const head = {
    seq,
    time,
    isSimulated: hasFlag(body.flags, 'sim'),
    file: String(file),
    sha256: String(sha256),
    bytes: Number(bytes),
    alarm: String(alarm),
    camera: String(camera),
  };
  const missing = (why: MissingContent): readonly EvidencePart[] => [{ ...head, content: { kind: 'missing', why } }];
  if (!(head.bytes <= maxBytes)) return missing('too-large');
  const content = read(head.file);
  if (!content) return missing('expired');
  if (createHash('sha256').update(content).digest('hex') !== head.sha256) return missing('altered');
  const count = Math.ceil((content.length - from) / partBytes);
  return Array.from({ length: Math.max(count, from === 0 ? 1 : 0) }, (_, index) => {
    const first = from + index * partBytes;
    return { ...head, content: { kind: 'data', first, data: content.subarray(first, first + partBytes) } };
  });
}
