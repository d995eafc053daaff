import { RepublishRequest } from 'node-opcua-client';
import type { NotificationMessage, RepublishResponse } from 'node-opcua-client';
import type { UaConnection } from './connection.ts';
import { ServiceError } from './faults.ts';
import { nextSequence } from './sequence.ts';

/** More missing messages than this are not asked for one by one: everything is read anew instead. */
const MOST_REPUBLISHED = 50;

/**
 * Asks again for messages that never came. `lost` counts those that the server does not give: it no longer has them, or
 * offers no republishing.
 */
export async function republish(
  connection: UaConnection,
  subscriptionId: number,
  missing: { readonly from: number; readonly count: number },
): Promise<{ readonly messages: readonly NotificationMessage[]; readonly lost: number }> {
  if (missing.count > MOST_REPUBLISHED) return { messages: [], lost: missing.count };
  const messages: NotificationMessage[] = [];
  let sequence = missing.from;
  for (let left = missing.count; left > 0; left -= 1) {
    const request = new RepublishRequest({ subscriptionId, retransmitSequenceNumber: sequence });
    const what = `fetch message ${sequence} of subscription ${subscriptionId} again`;
    try {
      const { notificationMessage } = await connection.request<RepublishResponse>(request, what);
      messages.push(notificationMessage);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
    sequence = nextSequence(sequence);
  }
  return { messages, lost: missing.count - messages.length };
}
