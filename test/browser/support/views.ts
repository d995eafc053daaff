/** Every view by its address, with its name in the menu. */
export const views = [
  ['', '总览', 'Overview'],
  ['alarms', '报警', 'Alarms'],
  ['plant', '装置', 'Plant'],
  ['people', '人员', 'People'],
  ['work', '作业', 'Work'],
  ['cameras', '摄像机', 'Cameras'],
  ['trends', '趋势', 'Trends', '?points=TK-2101.level,TK-2101.temperature&span=300000'],
  ['sources', '数据源', 'Sources'],
  ['uplinks', '上报', 'Uplinks'],
  ['commissioning', '调试', 'Commissioning'],
  ['configuration', '配置', 'Configuration'],
  ['system', '系统', 'System'],
] as const;
