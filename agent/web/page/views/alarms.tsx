import { defineComponent, ref } from 'vue';
import { t } from '../words/words.ts';
import { AlarmFigures } from './alarm-figures.tsx';
import { AlarmHistory } from './alarm-history.tsx';
import { AlarmList } from './alarm-list.tsx';
import { AlarmReports } from './alarm-reports.tsx';
import { FloodSummary } from './flood-summary.tsx';
import { PlantAlarms } from './plant-alarms.tsx';

const tabs = {
  now: AlarmList,
  plant: PlantAlarms,
  history: AlarmHistory,
  figures: AlarmFigures,
  report: AlarmReports,
} as const;

/** What stands, what was, and how good the alarms are. */
export const Alarms = defineComponent(() => {
  const tab = ref<keyof typeof tabs>('now');
  return () => {
    const Shown = tabs[tab.value];
    return (
      <>
        <FloodSummary />
        <div class="bar">
          <div role="tablist">
            {(['now', 'plant', 'history', 'figures', 'report'] as const).map((name) => (
              <button key={name} role="tab" aria-selected={tab.value === name} onClick={() => (tab.value = name)}>
                {t(`alarm.${name}`)}
              </button>
            ))}
          </div>
        </div>
        <Shown />
      </>
    );
  };
});
