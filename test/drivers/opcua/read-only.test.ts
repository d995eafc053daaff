import { readFile, readdir } from 'node:fs/promises';
import { CallRequest, ReadRequest, WriteRequest } from 'node-opcua-client';
import { expect, test } from 'vitest';
import { assertReadOnly } from '#drivers/opcua/read-only.ts';

const folder = new URL('../../../drivers/opcua/', import.meta.url);

/** Every way by which the library could change a server. */
const writing =
  /\.(write\w*|call\w*|acknowledge\w*|confirm\w*|addComment\w*|(en|dis)ableCondition|historyUpdate\w*|setMonitoringMode|registerNodes)\(|\b(Write|HistoryUpdate|AddNodes|AddReferences|DeleteNodes|DeleteReferences|SetTriggering|RegisterNodes)\w*Request\b/;

test('no function that writes is named in the driver', async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  expect(files).toContain('driver.ts');
  for (const name of files) {
    const lines = (await readFile(new URL(name, folder), 'utf8')).split('\n');
    expect({ name, found: lines.filter((line) => writing.test(line)) }).toEqual({ name, found: [] });
  }
});

test('refuses to send a write or a method call', () => {
  expect(() => assertReadOnly(new ReadRequest({}))).not.toThrow();
  expect(() => assertReadOnly(new WriteRequest({}))).toThrow('never changes a device');
  const acknowledge = { objectId: 'ns=1;i=1', methodId: 'ns=0;i=9111', inputArguments: [] };
  expect(() => assertReadOnly(new CallRequest({ methodsToCall: [acknowledge] }))).toThrow('never changes a device');
});

test('lets the one call through that asks for standing alarms, alone and as it stands in the standard', () => {
  const refresh = { objectId: 'ns=0;i=2782', methodId: 'ns=0;i=3875', inputArguments: [] };
  const call = (...methodsToCall: object[]) => new CallRequest({ methodsToCall });
  expect(() => assertReadOnly(call(refresh))).not.toThrow();
  const others = [
    call(),
    call(refresh, refresh),
    call(refresh, { ...refresh, methodId: 'ns=0;i=9111' }),
    call({ ...refresh, objectId: 'ns=1;i=2782' }),
    call({ ...refresh, methodId: 'ns=1;i=3875' }),
    call({ ...refresh, methodId: 'ns=0;i=12912' }),
  ];
  for (const other of others) expect(() => assertReadOnly(other)).toThrow('never changes a device');
});
