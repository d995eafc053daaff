/** Why a figure falls short of its target, by the figure's name: the README says so beside it. */
export interface Cause {
  readonly en: string;
  readonly zh: string;
}

export const causes: Readonly<Record<string, Cause>> = {
  'ready: from start to ready, demo site, median': {
    en: 'some 1,600 source files are read and linked as they are; see “Compiled sources are kept” in ARCHITECTURE.md',
    zh: '约 1600 个源文件逐一读取并链接，不打包；见 ARCHITECTURE.md 中“Compiled sources are kept”一节',
  },
  'whole-line-opcua-50k values taken': {
    en: 'the simulated server, which looks at each of its 50,000 values every second, shares two cores with agent, broker and receiver; alone it serves the plain client',
    zh: '仿真服务器每秒检查 5 万个值，与本程序、MQTT broker 和接收端共用两个核；对照客户端运行时则几乎独占机器',
  },
  'cost of a value, 1,000 to 100,000 points, dearest over cheapest': {
    en: 'most likely what is known of 100,000 points no longer fits into the processor’s caches',
    zh: '很可能因为 10 万个点的状态已放不进处理器缓存',
  },
  'locating: omlox, 2000 tags once a second': {
    en: 'each position is a JSON text that is parsed and held to its shape; LocalSense is binary',
    zh: '每个位置都是一段 JSON 文本，须解析并校验结构；LocalSense 为二进制',
  },
  'locating: json-feed, 2000 tags once a second': {
    en: 'each position is a JSON text whose fields are found by expressions that the integrator wrote',
    zh: '每个位置都是一段 JSON 文本，其字段由集成商编写的表达式取出',
  },
};
