/** A payload of Sparkplug B as read here, field by field from `sparkplug_b.proto`; nothing of the sender's is used. */
export interface SparkplugPayload {
  timestamp?: number;
  seq?: number;
  metrics: SparkplugMetric[];
}

export interface SparkplugMetric {
  name?: string;
  alias?: number;
  timestamp?: number;
  datatype?: number;
  isHistorical: boolean;
  isNull: boolean;
  value?: number | boolean | string | bigint;
  properties: Record<string, number | boolean | string | bigint | null>;
}

type Field = readonly [number: number, value: bigint | Buffer];

/** Data types whose numbers are signed and travel in unsigned fields. */
const INT32 = 3;
const INT64 = 4;

export function readSparkplugPayload(bytes: Buffer): SparkplugPayload {
  const payload: SparkplugPayload = { metrics: [] };
  for (const [field, value] of fieldsOf(bytes)) {
    if (field === 1) payload.timestamp = Number(value);
    else if (field === 2) payload.metrics.push(readMetric(bytesOf(value)));
    else if (field === 3) payload.seq = Number(value);
  }
  return payload;
}

/** Only what a command needs: names and booleans. */
export function writeSparkplugCommand(name: string, value: boolean, timestamp: number): Buffer {
  const text = Buffer.from(name);
  const metric = Buffer.concat([
    Buffer.from([0x0a, text.length]),
    text,
    Buffer.from([0x18]),
    varint(timestamp),
    Buffer.from([0x20, 11, 0x70, Number(value)]),
  ]);
  return Buffer.concat([Buffer.from([0x08]), varint(timestamp), Buffer.from([0x12, metric.length]), metric]);
}

function readMetric(bytes: Buffer): SparkplugMetric {
  const metric: SparkplugMetric = { isHistorical: false, isNull: false, properties: {} };
  let raw: Field | undefined;
  for (const [field, value] of fieldsOf(bytes)) {
    if (field === 1) metric.name = bytesOf(value).toString();
    else if (field === 2) metric.alias = Number(value);
    else if (field === 3) metric.timestamp = Number(value);
    else if (field === 4) metric.datatype = Number(value);
    else if (field === 5) metric.isHistorical = value === 1n;
    else if (field === 7) metric.isNull = value === 1n;
    else if (field === 9) metric.properties = readProperties(bytesOf(value));
    else if (field >= 10 && field <= 15) raw = [field - 10, value];
  }
  if (raw) metric.value = readValue(raw, metric.datatype);
  return metric;
}

function readProperties(bytes: Buffer): SparkplugMetric['properties'] {
  const keys: string[] = [];
  const values: SparkplugMetric['properties'][string][] = [];
  for (const [field, value] of fieldsOf(bytes)) {
    if (field === 1) keys.push(bytesOf(value).toString());
    else if (field === 2) {
      let type: number | undefined;
      let read: SparkplugMetric['properties'][string] = null;
      for (const [inner, part] of fieldsOf(bytesOf(value))) {
        if (inner === 1) type = Number(part);
        else if (inner >= 3 && inner <= 8) read = readValue([inner - 3, part], type);
      }
      values.push(read);
    }
  }
  if (keys.length !== values.length) throw new Error(`${keys.length} keys and ${values.length} values of properties`);
  return Object.fromEntries(keys.map((key, index) => [key, values[index] ?? null]));
}

/** In the order of the fields: int, long, float, double, boolean, string. */
function readValue([kind, value]: Field, datatype: number | undefined): number | boolean | string | bigint {
  if (kind === 5) return bytesOf(value).toString();
  if (kind === 3) return bytesOf(value).readDoubleLE();
  if (kind === 2) return bytesOf(value).readFloatLE();
  if (kind === 4) return value === 1n;
  if (datatype === INT32) return Number(BigInt.asIntN(32, value as bigint));
  return datatype === INT64 ? Number(BigInt.asIntN(64, value as bigint)) : Number(value);
}

function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0;
  const varintAt = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new Error('a number has no end');
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new Error('a number is too long');
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error(`${length} bytes are named and ${bytes.length - at} are there`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varintAt());
    const [field, wire] = [tag >> 3, tag & 7];
    if (wire === 0) yield [field, varintAt()];
    else if (wire === 1) yield [field, take(8)];
    else if (wire === 2) yield [field, take(Number(varintAt()))];
    else if (wire === 5) yield [field, take(4)];
    else throw new Error(`wire type ${wire} of field ${field}`);
  }
}

function bytesOf(value: bigint | Buffer): Buffer {
  if (typeof value === 'bigint') throw new Error('a number where bytes belong');
  return value;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
