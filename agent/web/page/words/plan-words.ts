import type { BothLanguages } from './both-languages.ts';

/** Plans: the site drawn, and what stands or walks on it. */
export const planWords = {
  'plan.gas': { zh: '气体分布图', en: 'Gas map' },
  'plan.people': { zh: '人员分布图', en: 'Live plan' },
  'plan.choose': { zh: '图纸', en: 'Plans' },
  'plan.floor': { zh: '地图 {map} · {floor} 层', en: 'Map {map} · floor {floor}' },
  'plan.label': { zh: '{site} 平面图，内容与下方列表相同', en: 'Plan of {site}; the lists below say the same' },
  'plan.guessed': {
    zh: '虚线的只知道所在区域，位置由工程师标注后准确。',
    en: 'Dashed: only the zone is known; an engineer can say where they stand.',
  },
  'plan.unplaced': { zh: '{count} 个未标注位置，也没有所在区域', en: '{count} have neither a place nor a zone' },
  'plan.edit': { zh: '编辑图纸', en: 'Edit the plan' },
  'plan.done': { zh: '完成', en: 'Done' },
  'plan.save': { zh: '保存', en: 'Save' },
  'plan.saved': { zh: '已保存', en: 'Saved' },
  'plan.drawing': { zh: '底图', en: 'Drawing' },
  'plan.upload': { zh: '上传底图（PNG、JPEG、WebP，8 MB 以内）', en: 'Upload a drawing (PNG, JPEG, WebP; up to 8 MB)' },
  'plan.remove-drawing': { zh: '移除底图', en: 'Remove the drawing' },
  'plan.sending': { zh: '上传中…', en: 'Uploading …' },
  'plan.drawing-is': { zh: '{width} × {height} 像素', en: '{width} × {height} pixels' },
  'plan.frame': { zh: '图幅范围（地图坐标，米）', en: 'What it shows (metres of the map)' },
  'plan.left': { zh: '左', en: 'Left' },
  'plan.right': { zh: '右', en: 'Right' },
  'plan.top': { zh: '上', en: 'Top' },
  'plan.bottom': { zh: '下', en: 'Bottom' },
  'plan.things': { zh: '设备位置', en: 'Where things stand' },
  'plan.place-help': {
    zh: '先选设备，再点图上的位置；方向键微调。',
    en: 'Choose one, then point at its place; arrow keys move it.',
  },
  'plan.unplace': { zh: '取消标注', en: 'Take its place away' },
  'plan.only-operators': {
    zh: '人员位置和名单只向操作员及以上显示。',
    en: 'Where each person is, and the list, are shown to operators.',
  },
  'plan.nowhere': { zh: '{count} 人没有位置', en: '{count} people without a position' },
} as const satisfies BothLanguages;
