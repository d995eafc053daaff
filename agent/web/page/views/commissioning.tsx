import { defineComponent, ref } from 'vue';
import { t } from '../words/words.ts';
import { CommissioningSearch } from './commissioning-search.tsx';
import { LoopChecks } from './loop-checks.tsx';
import { ZoneDrawing } from './zone-drawing.tsx';

const tabs = ['search', 'loops', 'zones'] as const;

/** For who puts the site into operation: what is there, and does each point tell the truth. */
export const Commissioning = defineComponent(() => {
  const tab = ref<(typeof tabs)[number]>('search');
  return () => (
    <>
      <div class="bar">
        <div role="tablist">
          {tabs.map((name) => (
            <button key={name} role="tab" aria-selected={tab.value === name} onClick={() => (tab.value = name)}>
              {t(`commissioning.${name}`)}
            </button>
          ))}
        </div>
      </div>
      {tab.value === 'search' && <CommissioningSearch />}
      {tab.value === 'loops' && <LoopChecks />}
      {tab.value === 'zones' && <ZoneDrawing />}
    </>
  );
});
