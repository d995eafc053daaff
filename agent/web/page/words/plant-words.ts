import type { BothLanguages } from './both-languages.ts';

/** Plant: what stands in it. */
export const plantWords = {
  'plant.all': { zh: '全部', en: 'All' },
  'plant.places': { zh: '区域与危险源', en: 'Zones and hazard sources' },
  'plant.hazards': { zh: '重大危险源', en: 'Major hazard sources' },
  'plant.lightning': { zh: '雷电', en: 'Lightning' },
  'plant.tanks': { zh: '储罐与液位', en: 'Tanks and levels' },
  'plant.gas': { zh: '气体检测', en: 'Gas detectors' },
  'plant.valves': { zh: '阀门', en: 'Valves' },
  'plant.others': { zh: '其他', en: 'Others' },
  'plant.empty': { zh: '没有可显示的测点', en: 'No point to show' },
  'plant.shortened': { zh: '显示 {all} 个测点中的 {shown} 个', en: '{shown} of {all} points are shown' },
} as const satisfies BothLanguages;
