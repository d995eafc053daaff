import type { BothLanguages } from './both-languages.ts';

/** Trends: values over time. */
export const trendsWords = {
  'trend.add': { zh: '添加测点…', en: 'Add a point …' },
  'trend.span': { zh: '时段', en: 'Span' },
  'trend.resolution': { zh: '分辨率', en: 'Resolution' },
  'trend.resolution.auto': { zh: '自动', en: 'automatic' },
  'trend.resolution.raw': { zh: '原始值', en: 'every sample' },
  'trend.resolution.minute': { zh: '分钟', en: 'minutes' },
  'trend.resolution.hour': { zh: '小时', en: 'hours' },
  'trend.own-scales': { zh: '各用坐标', en: 'own scales' },
  'trend.export': { zh: '导出 CSV', en: 'Export CSV' },
  'trend.chart': { zh: '{count} 条趋势曲线', en: 'Trend of {count} points' },
  'trend.samples': { zh: '{count} 个值', en: '{count} values' },
  'trend.live': { zh: '实时跟随', en: 'follows' },
  'trend.shortened': { zh: '数据过多，只显示前一部分', en: 'too many values, only the first part is shown' },
  'trend.missing': { zh: '没有这些测点：{points}', en: 'No such points: {points}' },
  'trend.empty': {
    zh: '在上方添加测点，或从报警、数据源中打开趋势。',
    en: 'Add points above, or open a trend from an alarm or a source.',
  },
  'trend.help': {
    zh: '滚轮缩放，拖动平移，双击放大；方向键与 + − 亦可。断线为坏值，虚线为可疑值，底部条纹为质量，斜纹区为记录中断。',
    en: 'Wheel zooms, drag moves, double click zooms in; arrow keys and + − too. Broken: bad values. Dashed: uncertain ones. Strips below: quality. Hatched: nothing was recorded.',
  },
  'trend.remove': { zh: '移除', en: 'Remove' },
  'trend.newest': { zh: '最新', en: 'Newest' },
  'trend.at-pointer': { zh: '光标处', en: 'At pointer' },
  'trend.lowest': { zh: '最低', en: 'Lowest' },
  'trend.mean': { zh: '平均', en: 'Mean' },
  'trend.highest': { zh: '最高', en: 'Highest' },
} as const satisfies BothLanguages;
