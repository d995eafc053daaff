import type { KafkaRecord, RecordBatch } from './record-batch.ts';

/** Error codes of Kafka's protocol guide. */
export const KafkaError = {
  none: 0,
  corruptMessage: 2,
  unknownTopicOrPartition: 3,
  notLeaderOrFollower: 6,
  messageTooLarge: 10,
  notEnoughReplicas: 19,
  topicAuthorizationFailed: 29,
  unsupportedSaslMechanism: 33,
  outOfOrderSequence: 45,
  unknownProducerId: 59,
  saslAuthenticationFailed: 58,
  invalidRecord: 87,
} as const;

/** A partition's log, and what a broker remembers of each producer to drop its repeats. */
export interface PartitionLog {
  readonly records: readonly KafkaRecord[];
  /** Batches that were sent again and not stored again. */
  readonly repeats: number;
  append(batch: RecordBatch): { readonly error: number; readonly offset: number };
}

export function partitionLog(): PartitionLog {
  const records: KafkaRecord[] = [];
  const producers = new Map<bigint, { epoch: number; next: number; last: { sequence: number; offset: number } }>();
  let repeats = 0;
  return {
    records,
    get repeats() {
      return repeats;
    },
    append({ producerId, producerEpoch, baseSequence, records: added }) {
      const offset = records.length;
      if (producerId < 0n) {
        records.push(...added);
        return { error: KafkaError.none, offset };
      }
      const known = producers.get(producerId);
      if (known?.epoch === producerEpoch && baseSequence === known.last.sequence) {
        repeats += 1;
        return { error: KafkaError.none, offset: known.last.offset };
      }
      const due = known?.epoch === producerEpoch ? known.next : 0;
      if (baseSequence !== due) return { error: KafkaError.outOfOrderSequence, offset: -1 };
      records.push(...added);
      producers.set(producerId, {
        epoch: producerEpoch,
        next: baseSequence + added.length,
        last: { sequence: baseSequence, offset },
      });
      return { error: KafkaError.none, offset };
    },
  };
}
