import { BinaryStream } from 'node-opcua-binary-stream';
import {
  DataType,
  DataValue,
  MonitoredItemNotification,
  StatusCodes,
  Variant,
  VariantArrayType,
} from 'node-opcua-client';
import { assert, constantFrom, date, double, integer, nat, option, property, record } from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { leanNotifications } from '#drivers/opcua/lean-notifications.ts';

beforeAll(leanNotifications);

/** Written and read back, with something behind it that must still be found. */
function wired(
  clientHandle: number,
  value: DataValue,
): { readonly read: MonitoredItemNotification; readonly rest: number } {
  const stream = new BinaryStream(4096);
  new MonitoredItemNotification({ clientHandle, value }).encode(stream);
  stream.writeUInt32(0xcafe);
  stream.rewind();
  const read = new MonitoredItemNotification(null);
  read.decode(stream);
  return { read, rest: stream.readUInt32() };
}

const maybe = { nil: undefined };
const time = date({ min: new Date('1601-01-02'), max: new Date('9999-01-01'), noInvalidDate: true });
const told = record({
  handle: nat(),
  number: option(double({ noNaN: true }), maybe),
  statusCode: constantFrom(StatusCodes.Good, StatusCodes.BadSensorFailure, StatusCodes.UncertainInitialValue),
  sourceTimestamp: option(time, maybe),
  serverTimestamp: option(time, maybe),
  picoseconds: integer({ min: 0, max: 9999 }).map((tens) => tens * 10),
});

test('reads value, status, handle and time as they were written, whatever else is with them', () => {
  assert(
    property(told, ({ handle, number, statusCode, sourceTimestamp, serverTimestamp, picoseconds }) => {
      const value = new DataValue({
        ...(number === undefined ? {} : { value: { dataType: DataType.Double, value: number } }),
        statusCode,
        sourceTimestamp: sourceTimestamp ?? null,
        serverTimestamp: serverTimestamp ?? null,
        sourcePicoseconds: picoseconds,
        serverPicoseconds: picoseconds,
      });
      const { read, rest } = wired(handle, value);
      expect({
        rest,
        handle: read.clientHandle,
        status: read.value.statusCode.value,
        number: read.value.value.value as unknown,
        time: (read.value.sourceTimestamp ?? read.value.serverTimestamp)?.getTime(),
      }).toEqual({
        rest: 0xcafe,
        handle,
        status: statusCode.value,
        number: number ?? null,
        time: (sourceTimestamp ?? serverTimestamp)?.getTime(),
      });
    }),
  );
});

test('reads arrays and texts beside each other', () => {
  const list = new Variant({ dataType: DataType.Int32, arrayType: VariantArrayType.Array, value: [1, -2, 3] });
  const { read, rest } = wired(7, new DataValue({ value: list, sourceTimestamp: new Date(1_700_000_000_123) }));
  expect([...(read.value.value.value as Int32Array)]).toEqual([1, -2, 3]);
  expect(read.value.sourceTimestamp?.getTime()).toBe(1_700_000_000_123);
  expect(rest).toBe(0xcafe);
  const text = wired(8, new DataValue({ value: { dataType: DataType.String, value: '开' } }));
  expect(text.read.value.value.value).toBe('开');
});
