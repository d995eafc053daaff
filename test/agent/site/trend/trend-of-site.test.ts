import { it } from 'vitest';
import { siteDirectory, startPlayedSite } from '../played-site.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';

it('a trend of a site carries ordinary alarms', async () => {
  const site = startPlayedSite(
    siteDirectory(),
    `points:
  - { id: P.vibration, source: plant, address: v, kind: vibration, unit: mm/s }
trends:
  - { id: P.day, point: P.vibration, features: [{ feature: rms, unit: mm/s, alarms: { H: 4.5 } }] }
`,
  );
  site.play({ 'P.vibration': 9 });
  const alarm = () => site.alarms().find(({ definition }) => definition.id === 'P.day.rms/H');
  await until(() => alarm()?.state === 'unacknowledged', alarm);
  await site.stop(0);
}, 20_000);
