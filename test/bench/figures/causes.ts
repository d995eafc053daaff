/** Why a figure falls short of its target, by the figure's name: the README says so beside it. */
export interface Cause {
  readonly en: string;
  readonly zh: string;
}

const slowMachine: Cause = {
  en: 'the measuring machine was a shared one at a fraction of its usual speed; the ratio to the reference of the same run says more. A third of the agent’s time there is garbage collection, which is tuned for memory',
  zh: '测量所用机器为共享机器，当时速度仅为平时的几分之一；同次运行中与参照的比值更能说明问题。智能体在此约三分之一的时间用于垃圾回收，其参数偏向节省内存',
};

export const causes: Readonly<Record<string, Cause>> = {
  'ready: from start to ready, demo site, median': {
    en: 'reading and linking some 1,600 source files as they are (no bundle) on a slow shared machine; see “Compiled sources are kept” in ARCHITECTURE.md',
    zh: '在较慢的共享机器上逐一读取并链接约 1600 个源文件（不打包）；见 ARCHITECTURE.md 中“Compiled sources are kept”一节',
  },
  'whole-line-opcua agent CPU': slowMachine,
  'whole-line-modbus agent CPU': slowMachine,
};
