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
  'plant.stops': { zh: '停用申报', en: 'Declared stops' },
  'stop.runs': { zh: '运行', en: 'runs' },
  'stop.down': { zh: '停用', en: 'stands still' },
  'stop.unknown': { zh: '不明', en: 'unknown' },
  'stop.undeclared': { zh: '未申报，视为离线', en: 'not declared: offline' },
  'stop.declared-from': { zh: '{kind}，{from} 申报', en: '{kind}, declared from {from}' },
  'stop.planned': { zh: '计划至 {until}', en: 'planned until {until}' },
  'stop.none': { zh: '无申报', en: 'nothing declared' },
  'plant.others': { zh: '其他', en: 'Others' },
  'plant.empty': { zh: '没有可显示的测点', en: 'No point to show' },
  'plant.shortened': { zh: '显示 {all} 个测点中的 {shown} 个', en: '{shown} of {all} points are shown' },
} as const satisfies BothLanguages;
