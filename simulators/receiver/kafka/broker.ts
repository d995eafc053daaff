import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { KafkaError, type PartitionLog, partitionLog } from './partition-log.ts';
import { type KafkaRecord, readRecordBatch } from './record-batch.ts';
import { KafkaReader, KafkaWriter } from './wire.ts';

/** One broker that speaks Kafka's wire as far as a producer needs it: no code of any client is in it. */
export interface KafkaBroker {
  readonly port: number;
  /** All of a topic, partition by partition. */
  records(topic: string): readonly KafkaRecord[];
  /** Batches that a producer sent again and that were dropped for their sequence. */
  repeats(): number;
  /** What was not as the protocol has it. */
  readonly faults: readonly string[];
  /** `acks` of each produce request. */
  readonly acks: ReadonlySet<number>;
  readonly logins: readonly string[];
  /** The next so many produce requests are treated like this. */
  behave(how: Behaviour, times: number): void;
  cut(): void;
  /** Answers nothing until it is told so again. */
  freeze(isFrozen: boolean): void;
  stop(): Promise<void>;
}

/**
 * A number: the error that is answered. `cut-before`: the connection goes before anything is stored; `cut-after`: stored,
 * and gone before it is answered.
 */
type Behaviour = number | 'cut-before' | 'cut-after';

export interface KafkaBrokerOptions {
  readonly topics: Readonly<Record<string, number>>;
  readonly port?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** SASL PLAIN, which it then insists on. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Larger batches are refused. */
  readonly maxBytes?: number;
}

const Api = { produce: 0, metadata: 3, saslHandshake: 17, apiVersions: 18, initProducerId: 22, saslAuthenticate: 36 };
/** Those of Kafka 3.5 that are served: the newest layout of each. */
const versions: readonly (readonly [key: number, min: number, max: number])[] = [
  [Api.produce, 9, 9],
  [Api.metadata, 12, 12],
  [Api.saslHandshake, 1, 1],
  [Api.apiVersions, 0, 3],
  [Api.initProducerId, 4, 4],
  [Api.saslAuthenticate, 2, 2],
];

const NODE = 1;

export async function startKafkaBroker(options: KafkaBrokerOptions): Promise<KafkaBroker> {
  const logs = new Map<string, PartitionLog[]>(
    Object.entries(options.topics).map(([topic, count]) => [topic, Array.from({ length: count }, partitionLog)]),
  );
  const faults: string[] = [];
  const acks = new Set<number>();
  const logins: string[] = [];
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let behaviours: Behaviour[] = [];
  let isFrozen = false;
  let producers = 0n;
  let port = 0;

  const store = (topic: string, partition: number, bytes: Buffer): { error: number; offset: number } => {
    const log = logs.get(topic)?.[partition];
    if (!log) return { error: KafkaError.unknownTopicOrPartition, offset: -1 };
    if (bytes.length > (options.maxBytes ?? Infinity)) return { error: KafkaError.messageTooLarge, offset: -1 };
    try {
      const batch = readRecordBatch(bytes);
      if (batch.isTransactional) throw new Error('a transactional batch outside of a transaction');
      return log.append(batch);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      return { error: KafkaError.corruptMessage, offset: -1 };
    }
  };

  const produce = (reader: KafkaReader, writer: KafkaWriter): 'answer' | 'cut' => {
    const how = behaviours.shift();
    if (how === 'cut-before') return 'cut';
    const transaction = reader.compactText();
    if (transaction !== undefined) faults.push(`transaction ${transaction}`);
    acks.add(reader.int16());
    reader.int32();
    const topics = reader.compactArray(() => {
      const topic = reader.compactText() ?? '';
      const partitions = reader.compactArray(() => {
        const index = reader.int32();
        const bytes = reader.compactBytes();
        reader.tags();
        return { index, ...(typeof how === 'number' ? { error: how, offset: -1 } : store(topic, index, bytes)) };
      });
      reader.tags();
      return { topic, partitions: partitions ?? [] };
    });
    writer.compactArray(topics ?? [], ({ topic, partitions }) => {
      writer.compactText(topic).compactArray(partitions, ({ index, error, offset }) => {
        writer.int32(index).int16(error).int64(BigInt(offset)).int64(-1n).int64(0n);
        writer
          .compactArray([], () => undefined)
          .compactText(undefined)
          .tags();
      });
      writer.tags();
    });
    writer.int32(0).tags();
    return how === 'cut-after' ? 'cut' : 'answer';
  };

  const metadata = (reader: KafkaReader, writer: KafkaWriter): void => {
    const asked = reader.compactArray(() => {
      reader.take(16);
      const name = reader.compactText() ?? '';
      reader.tags();
      return name;
    });
    writer.int32(0);
    writer.compactArray([NODE], (node) => {
      writer.int32(node).compactText('127.0.0.1').int32(port).compactText(undefined).tags();
    });
    writer.compactText('simulated').int32(NODE);
    writer.compactArray(asked ?? [...logs.keys()], (topic) => {
      const count = logs.get(topic)?.length ?? 0;
      writer.int16(count === 0 ? KafkaError.unknownTopicOrPartition : KafkaError.none).compactText(topic);
      writer.raw(Buffer.alloc(16, topic.length)).int8(0);
      writer.compactArray(
        Array.from({ length: count }, (_, index) => index),
        (index) => {
          writer.int16(0).int32(index).int32(NODE).int32(0);
          for (const nodes of [[NODE], [NODE], []]) writer.compactArray(nodes, (node) => void writer.int32(node));
          writer.tags();
        },
      );
      writer.int32(-2_147_483_648).tags();
    });
    writer.tags();
  };

  const authenticate = (reader: KafkaReader, writer: KafkaWriter): boolean => {
    const [, username = '', password = ''] = reader.compactBytes().toString().split('\0');
    const isKnown = username === options.login?.username && password === options.login.password;
    if (isKnown) logins.push(username);
    writer.int16(isKnown ? KafkaError.none : KafkaError.saslAuthenticationFailed);
    writer
      .compactText(isKnown ? undefined : 'Authentication failed')
      .unsignedVarint(1)
      .int64(0n)
      .tags();
    return isKnown;
  };

  /** Answers a request; undefined: the connection ends. */
  const answer = (request: Buffer, session: { isKnown: boolean }): Buffer | undefined => {
    const reader = new KafkaReader(request);
    const [key, version, correlation] = [reader.int16(), reader.int16(), reader.int32()];
    reader.text();
    const writer = new KafkaWriter().int32(correlation);
    if (key === Api.apiVersions) {
      writer.int16(0);
      writer.compactArray(versions, ([api, min, max]) => void writer.int16(api).int16(min).int16(max).tags());
      return writer.int32(0).tags().bytes();
    }
    if (key === Api.saslHandshake) {
      const isPlain = reader.text() === 'PLAIN';
      return writer
        .int16(isPlain ? 0 : KafkaError.unsupportedSaslMechanism)
        .int32(1)
        .text('PLAIN')
        .bytes();
    }
    reader.tags();
    writer.tags();
    if (key === Api.saslAuthenticate) {
      session.isKnown = authenticate(reader, writer);
      return writer.bytes();
    }
    if (!session.isKnown) {
      faults.push(`request ${key} before a login`);
      return undefined;
    }
    if (key === Api.produce) return produce(reader, writer) === 'cut' ? undefined : writer.bytes();
    if (key === Api.metadata) metadata(reader, writer);
    else if (key === Api.initProducerId) {
      producers += 1n;
      writer.int32(0).int16(0).int64(producers).int16(0).tags();
    } else {
      faults.push(`request ${key} of version ${version}`);
      return undefined;
    }
    return writer.bytes();
  };

  const serve = (socket: Socket): void => {
    sockets.add(socket);
    const session = { isKnown: options.login === undefined };
    let pending = Buffer.alloc(0);
    const next = (): Buffer | undefined => {
      const end = pending.length < 4 ? Infinity : 4 + pending.readInt32BE();
      if (isFrozen || pending.length < end) return undefined;
      const request = pending.subarray(4, end);
      pending = pending.subarray(end);
      return request;
    };
    const take = (): void => {
      for (let request = next(); request; request = next()) {
        const answered = answer(request, session);
        if (!answered) {
          socket.destroy();
          return;
        }
        socket.write(new KafkaWriter().int32(answered.length).raw(answered).bytes());
      }
      if (isFrozen) waiting.push(take);
    };
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      pending = Buffer.concat([pending, bytes]);
      take();
    });
  };

  const server: Server = options.tls ? createSecureServer(options.tls, serve) : createServer(serve);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    faults,
    acks,
    logins,
    records: (topic) => (logs.get(topic) ?? []).flatMap(({ records }) => records),
    repeats: () => [...logs.values()].flat().reduce((sum, { repeats }) => sum + repeats, 0),
    behave(how, times) {
      behaviours = Array.from({ length: times }, () => how);
    },
    cut,
    freeze(frozen) {
      isFrozen = frozen;
      if (!frozen) for (const resume of waiting.splice(0)) resume();
    },
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
