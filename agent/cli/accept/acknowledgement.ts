import type { Text } from '#agent/model/alarm.ts';
import type { ReceiverOptions } from '#agent/model/receiver.ts';
import type { UplinkReport } from '#agent/uplink/report.ts';
import type { Heads } from './kill-rehearsal.ts';
import { failed, passed } from './outcome.ts';
import type { Check } from './outcome.ts';

/** HJ 212 has no mark for what is simulated; where the platform takes no mark of ours either, nothing may be sent. */
export const isByHand = ({ transport }: ReceiverOptions): boolean =>
  transport.kind === 'hj212' && transport.simulated === 'refuse';

export interface AcknowledgementParts {
  readonly uplinks: readonly UplinkReport[];
  /** Every number up to these must have arrived. */
  readonly heads: Heads;
  readonly what: Text;
}

/** How one receiver stands at this moment. */
export function acknowledgementOf(receiver: ReceiverOptions, { uplinks, heads, what }: AcknowledgementParts): Check {
  const { id, name, transport } = receiver;
  const report = uplinks.find((one) => one.receiver === id);
  if (isByHand(receiver))
    return {
      subject: id,
      name,
      verdict: 'by-hand',
      found: {
        zh: 'HJ 212 没有仿真标记，平台也不接受标记：请与平台联调后人工确认，或设 simulated: marked',
        en: 'HJ 212 has no mark for simulated values and this platform takes none of ours: try it together with its operator, or set simulated: marked',
      },
    };
  const reason = report?.reason === '' ? report.state : (report?.reason ?? 'nothing heard of it');
  const quarantined = report?.quarantine[0];
  if (quarantined)
    return failed(id, name, {
      zh: `${what.zh}被拒收：${quarantined.reason}`,
      en: `${what.en}: refused by the receiver: ${quarantined.reason}`,
    });
  const lanes = report?.lanes ?? [];
  if (transport.kind === 'hj212') {
    const samples = lanes.reduce((sum, lane) => sum + lane.acknowledgedSamples, 0);
    if (samples > 0)
      return passed(id, name, {
        zh: `${transport.url}：${samples} 个带标记的数据已应答`,
        en: `${transport.url}: ${samples} marked values acknowledged`,
      });
  }
  const behind = (['alarm', 'event'] as const).find((stream) => {
    const lane = lanes.find((one) => one.stream === stream && one.lane !== 'backfill');
    return lane === undefined || lane.acknowledged < heads[stream];
  });
  const isRest = (report?.backfill.remainingRecords ?? 1) > 0;
  if (transport.kind === 'hj212' || behind !== undefined || isRest)
    return failed(id, name, {
      zh: `${transport.url} 未确认${what.zh}：${reason}`,
      en: `${transport.url} has not acknowledged ${what.en}: ${reason}`,
    });
  return passed(id, name, {
    zh: `${transport.url} 已确认${what.zh}：alarm ${heads.alarm}、event ${heads.event} 为止无缺`,
    en: `${transport.url} has acknowledged ${what.en}: everything up to alarm ${heads.alarm}, event ${heads.event}`,
  });
}
