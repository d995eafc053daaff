import { DataType, OPCUAClient, coerceLocalizedText } from 'node-opcua';
import type { CallMethodResult, ClientSession, Namespace, UAExclusiveLimitAlarmEx } from 'node-opcua';
import { uri } from './scene.ts';
import { double } from './test-server.ts';
import type { TestServer } from './test-server.ts';

/** A tag with an alarm above 90 and above 100, in the server itself. */
export interface AlarmedTag {
  readonly alarm: UAExclusiveLimitAlarmEx;
  readonly measure: (value: number) => void;
}

/** Gives a running server alarms of its own, whose events arrive at the Server object through an area. */
export function installAlarms({ server }: Pick<TestServer, 'server'>, ids: readonly string[]): AlarmedTag[] {
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new Error('no address space');
  addressSpace.installAlarmsAndConditionsService();
  const namespace = addressSpace.getNamespace(uri) as Namespace;
  const { objects } = addressSpace.rootFolder;
  const area = namespace.addObject({ browseName: 'Area', organizedBy: objects, notifierOf: objects.server });
  return ids.map((id) => {
    const tag = namespace.addObject({
      componentOf: area,
      eventSourceOf: area,
      nodeId: `s=${id}`,
      browseName: id,
    });
    const value = namespace.addVariable({
      componentOf: tag,
      nodeId: `s=${id}.PV`,
      browseName: 'PV',
      dataType: 'Double',
    });
    value.setValueFromSource(double(50));
    const options = {
      browseName: `${id} level`,
      nodeId: `s=${id}.level`,
      conditionName: 'Level',
      conditionOf: tag,
      conditionSource: tag,
      componentOf: area,
      inputNode: value,
      lowLowLimit: -10,
      lowLimit: 0,
      highLimit: 90,
      highHighLimit: 100,
      maxTimeShelved: 3_600_000,
      optionals: ['ConfirmedState', 'Confirm', 'ShelvingState'],
    };
    const alarm = namespace.instantiateExclusiveLimitAlarm('ExclusiveLimitAlarmType', options);
    alarm.shelvingState?.setState('Unshelved');
    return { alarm, measure: (reading) => value.setValueFromSource(double(reading)) };
  });
}

/** A person at the plant's own console: another client, which may do what we never do. */
export interface Operator {
  readonly session: ClientSession;
  /** @param eventId - of an earlier occurrence; default is the present one */
  readonly acknowledge: (alarm: UAExclusiveLimitAlarmEx, eventId?: Buffer) => Promise<void>;
  readonly confirm: (alarm: UAExclusiveLimitAlarmEx) => Promise<void>;
  readonly shelve: (alarm: UAExclusiveLimitAlarmEx) => Promise<void>;
  readonly unshelve: (alarm: UAExclusiveLimitAlarmEx) => Promise<void>;
  readonly leave: () => Promise<void>;
}

export async function operatorAt(endpoint: string): Promise<Operator> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(endpoint);
  const session = await client.createSession();
  const call = async (objectId: string, methodId: string, inputArguments: object[]): Promise<void> => {
    const result: CallMethodResult = await session.call({ objectId, methodId, inputArguments });
    if (result.statusCode.isBad()) throw new Error(`${methodId} of ${objectId}: ${result.statusCode.name}`);
  };
  const answer = (
    alarm: UAExclusiveLimitAlarmEx,
    methodId: string,
    eventId = alarm.eventId.readValue().value.value,
  ): Promise<void> =>
    call(alarm.nodeId.toString(), methodId, [
      { dataType: DataType.ByteString, value: eventId },
      { dataType: DataType.LocalizedText, value: coerceLocalizedText('seen') },
    ]);
  const shelving = ({ shelvingState }: UAExclusiveLimitAlarmEx): string => String(shelvingState?.nodeId.toString());
  return {
    session,
    acknowledge: (alarm, eventId) => answer(alarm, 'i=9111', eventId),
    confirm: (alarm) => answer(alarm, 'i=9113'),
    shelve: (alarm) => call(shelving(alarm), String(alarm.shelvingState?.oneShotShelve.nodeId.toString()), []),
    unshelve: (alarm) => call(shelving(alarm), String(alarm.shelvingState?.unshelve.nodeId.toString()), []),
    async leave() {
      await session.close();
      await client.disconnect();
    },
  };
}
