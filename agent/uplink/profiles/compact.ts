import { constants, zstdCompressSync } from 'node:zlib';
import type { Message, Profile } from './profile.ts';

/** Alarms and events stay readable in any MQTT tool: below this there is little to save. */
const WORTHWHILE_BYTES = 1024;

/** How much larger a message may be before compression; columns of samples shrink about tenfold. */
const EXPECTED_RATIO = 8;

/**
 * For columns of digits, by measurement: a match of fewer than five of them costs more than they do. 7 % smaller than
 * the default; higher levels take twice as long and save 1 %.
 */
const DIGITS = { params: { [constants.ZSTD_c_compressionLevel]: 6, [constants.ZSTD_c_minMatch]: 5 } };

/** A profile whose larger messages travel as zstd (RFC 8878). Sizes are those on the wire. */
export function compact(profile: Profile): Profile {
  const { answer, evidence } = profile;
  return {
    encode(step, lane, { wanted, allowed }) {
      for (let ratio = EXPECTED_RATIO; ratio > 1; ratio /= 2) {
        const messages = profile.encode(step, lane, { wanted: wanted * ratio, allowed: allowed * ratio }).map(compress);
        const fits = ({ payload, samples }: Message): boolean =>
          payload.length <= (samples > 1 ? Math.min(wanted, allowed) : allowed);
        if (messages.every(fits)) return messages;
      }
      return profile.encode(step, lane, { wanted, allowed }).map(compress);
    },
    presence: profile.presence,
    ...(answer && { answer: (told) => compress(answer(told)) }),
    ...(evidence && { evidence: (part) => compress(evidence(part)) }),
    introductions: profile.introductions.map(compress),
  };
}

function compress(message: Message): Message {
  if (message.payload.length < WORTHWHILE_BYTES) return message;
  const payload = zstdCompressSync(message.payload, DIGITS);
  return payload.length < message.payload.length ? { ...message, payload, encoding: 'zstd' } : message;
}
