import { z } from 'zod';

const limit = z.number().int().min(1).optional();
const point = z.string();

/** Everything that can be wrong with the DCS's OPC UA server or the way to it. */
export const opcuaFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('The server is shut down; sessions are lost; ports refuse'),
  z.strictObject({ kind: z.literal('hang') }).describe('Connections are accepted and nothing is ever answered'),
  z
    .strictObject({ kind: z.literal('slow'), delayMs: z.number().int().min(1).max(600_000) })
    .describe('Each answer takes this long'),
  z.strictObject({ kind: z.literal('namespace-shift') }).describe('Restarts with its two namespaces swapped'),
  z
    .strictObject({ kind: z.literal('status'), point, status: z.string() })
    .describe('The point carries this status, e.g. BadSensorFailure or UncertainLastUsableValue'),
  z
    .strictObject({ kind: z.literal('clock-step'), offsetMs: z.number().int() })
    .describe('Source timestamps are off by this much from now on'),
  z
    .strictObject({
      kind: z.literal('limits'),
      nodesPerRead: limit,
      monitoredItemsPerCall: limit,
      nodesPerBrowse: limit,
      sessions: limit,
      subscriptionsPerSession: limit,
      monitoredItemsPerSubscription: limit,
    })
    .describe('Restarts with lowered limits'),
  z.strictObject({ kind: z.literal('freeze'), point }).describe('Value and source time of the point no longer change'),
]);

export type OpcuaFault = z.output<typeof opcuaFaultSchema>;
export type OpcuaFaultKind = OpcuaFault['kind'];
export type LimitsFault = Extract<OpcuaFault, { kind: 'limits' }>;
