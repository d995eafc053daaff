import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Data types of Sparkplug 3.0 (section 6.4.16) that are used here, with the field of a metric and of a property that holds each. */
const types = {
  Int32: { code: 3, metric: 10, property: 3 },
  Int64: { code: 4, metric: 11, property: 4 },
  Double: { code: 10, metric: 13, property: 6 },
  Boolean: { code: 11, metric: 14, property: 7 },
  String: { code: 12, metric: 15, property: 8 },
  DateTime: { code: 13, metric: 11, property: 4 },
} as const;

export type DataType = keyof typeof types;
export type MetricValue = number | boolean | string | null;

export interface Property {
  readonly key: string;
  readonly type: DataType;
  readonly value: MetricValue;
}

export interface Metric {
  /** In births; and always, where there is no alias. */
  readonly name?: string;
  readonly alias?: number;
  /** UTC ms. */
  readonly timestamp: number;
  readonly type: DataType;
  readonly isHistorical?: boolean;
  readonly value: MetricValue;
  readonly properties?: readonly Property[];
}

const PAYLOAD = { timestamp: 1, metrics: 2, seq: 3 } as const;

/** A metric as a field of a payload: metrics one after the other are a payload. */
export function encodeMetric(metric: Metric): Buffer {
  const { name, alias, timestamp, type, isHistorical = false, value, properties = [] } = metric;
  const writer = new BinaryWriter().tag(PAYLOAD.metrics, WireType.LengthDelimited).fork();
  if (name !== undefined) writer.tag(1, WireType.LengthDelimited).string(name);
  if (alias !== undefined) writer.tag(2, WireType.Varint).uint64(alias);
  writer.tag(3, WireType.Varint).uint64(Math.max(0, Math.round(timestamp)));
  writer.tag(4, WireType.Varint).uint32(types[type].code);
  if (isHistorical) writer.tag(5, WireType.Varint).bool(true);
  if (value === null) writer.tag(7, WireType.Varint).bool(true);
  if (properties.length > 0) writeProperties(writer, properties);
  if (value !== null) writeValue(writer, types[type].metric, type, value);
  return Buffer.from(writer.join().finish());
}

/** What is known only when a payload is published. Of a message of protobuf the fields may stand in any order. */
export function encodeStamp(timestamp: number, seq?: number): Buffer {
  const writer = new BinaryWriter().tag(PAYLOAD.timestamp, WireType.Varint).uint64(timestamp);
  if (seq !== undefined) writer.tag(PAYLOAD.seq, WireType.Varint).uint64(seq);
  return Buffer.from(writer.finish());
}

function writeProperties(writer: BinaryWriter, properties: readonly Property[]): void {
  writer.tag(9, WireType.LengthDelimited).fork();
  for (const { key } of properties) writer.tag(1, WireType.LengthDelimited).string(key);
  for (const { type, value } of properties) {
    writer.tag(2, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).uint32(types[type].code);
    if (value === null) writer.tag(2, WireType.Varint).bool(true);
    else writeValue(writer, types[type].property, type, value);
    writer.join();
  }
  writer.join();
}

function writeValue(writer: BinaryWriter, field: number, type: DataType, value: NonNullable<MetricValue>): void {
  // Negative numbers travel in unsigned fields as their two's complement.
  if (type === 'Int32') writer.tag(field, WireType.Varint).uint32(Number(value) >>> 0);
  else if (type === 'Int64' || type === 'DateTime')
    writer.tag(field, WireType.Varint).uint64(BigInt.asUintN(64, BigInt(Math.round(Number(value)))));
  else if (type === 'Double') writer.tag(field, WireType.Bit64).double(Number(value));
  else if (type === 'Boolean') writer.tag(field, WireType.Varint).bool(value === true);
  else writer.tag(field, WireType.LengthDelimited).string(String(value));
}
