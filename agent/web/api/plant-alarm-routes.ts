import { standingPlantAlarms } from '../plant-alarms/standing-plant-alarms.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

/** Alarms that the plant's own systems raised. They are acknowledged there and never here. */
export function plantAlarmRoutes(api: Api, { journal }: SitePort): void {
  const standing = standingPlantAlarms(journal);
  api.route({
    method: 'GET',
    url: '/api/plant-alarms',
    config: { role: 'viewer' },
    schema: {
      tags: ['alarms'],
      summary: 'what stands of the alarms of other systems (OPC UA A&C, json-feed), the most severe first',
    },
    handler: () => ({ alarms: standing() }),
  });
}
