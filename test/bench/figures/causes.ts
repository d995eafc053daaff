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
  'whole-line-opcua agent CPU': {
    en: 'about half of it is garbage collection, which is tuned for 250 MB: with 280 MB it takes a quarter less',
    zh: '约一半为垃圾回收，其参数按 250 MB 内存调定；若给 280 MB，可减少约四分之一',
  },
};
