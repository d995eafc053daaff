/** ConditionType, on which ConditionRefresh is called, whatever alarms there are (OPC 10000-9 §5.5.7). */
export const CONDITION_TYPE = 'ns=0;i=2782';

/** ConditionRefresh: the one method that a reader may call; it asks for the alarms that stand and changes nothing. */
export const CONDITION_REFRESH = 'ns=0;i=3875';

/** Every service that this driver may ask for. Session and channel services are the library's own. */
const readingServices = new Set([
  'ReadRequest',
  'BrowseRequest',
  'BrowseNextRequest',
  'TranslateBrowsePathsToNodeIdsRequest',
  'HistoryReadRequest',
  'CreateSubscriptionRequest',
  'CreateMonitoredItemsRequest',
  'DeleteMonitoredItemsRequest',
  'DeleteSubscriptionsRequest',
  'PublishRequest',
  'RepublishRequest',
]);

/** Refuses whatever could change something in the plant. A fault here is a fault of the program, so it throws. */
export function assertReadOnly(request: object): void {
  const service = request.constructor.name;
  if (readingServices.has(service)) return;
  if (service === 'CallRequest' && callsOnlyConditionRefresh(request)) return;
  throw new Error(`${service} is not a reading service; Firewatch never changes a device`);
}

function callsOnlyConditionRefresh(request: object): boolean {
  const { methodsToCall } = request as { methodsToCall?: readonly MethodCall[] | null };
  const [call, ...others] = methodsToCall ?? [];
  if (!call || others.length > 0) return false;
  return call.objectId.toString() === CONDITION_TYPE && call.methodId.toString() === CONDITION_REFRESH;
}

interface MethodCall {
  readonly objectId: { toString: () => string };
  readonly methodId: { toString: () => string };
}
