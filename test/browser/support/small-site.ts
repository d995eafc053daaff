import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallSite {
  /** `opc.tcp://127.0.0.1:…` */
  readonly opcua: string;
  readonly modbusPort: number;
  readonly receiverPort: number;
}

/**
 * A site with a DCS, a PLC and a receiver. Two alarms stand as long as the plant is at rest: a level that is above its
 * limit and may be shelved, and a statutory one.
 */
export function writeSmallSite(directory: string, { opcua, modbusPort, receiverPort }: SmallSite): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'site.yaml');
  writeFileSync(
    file,
    `site:
  id: small
  name: 双氧水试验站
  timezone: Asia/Shanghai

include:
  - points.yaml

journal:
  directory: ./data

page:
  port: 0

sources:
  - id: dcs
    kind: opcua
    name: DCS
    simulated: true
    endpoint: ${opcua}
    publishingInterval: 250ms
  - id: plc
    kind: modbus
    name: 罐区 PLC
    simulated: true
    alarms:
      communication: { priority: high, onDelay: 1s }
    transport: { kind: tcp, host: 127.0.0.1, port: ${modbusPort} }
    unit: 1
    interval: 250ms
    gapTolerance: 0

receivers:
  - id: park
    name: 园区平台
    transport: { kind: mqtt, url: "mqtt://127.0.0.1:${receiverPort}", clientId: small, topicPrefix: firewatch }
    profile: firewatch-json
`,
  );
  writeFileSync(
    join(directory, 'points.yaml'),
    `points:
  - id: T-1101.temperature
    source: dcs
    address: "nsu=urn:firewatch:simulator:plant;s=TI-1101"
    kind: temperature
    name: 氢化塔温度
    unit: °C
    range: { low: 0, high: 120 }
    zone: hydrogenation
    hazardSource: 氢化单元
  - id: TK-2101.level
    source: plc
    address: "input:0x0000 float32 CDAB"
    kind: level
    name: TK-2101 液位
    unit: "%"
    range: { low: 0, high: 100 }
    zone: tank-farm
    alarms:
      H:
        setpoint: 5
        deadband: 1
        priority: medium
        message: { zh: TK-2101 液位高, en: TK-2101 level high }
        cause: { zh: 进料未切换, en: The feed was not switched over }
        consequence: { zh: 冒罐, en: The tank overflows }
        response: { zh: 切换进料罐, en: Switch to the other tank }
  - id: TK-2101.temperature
    source: plc
    address: "input:0x0002 float32 CDAB"
    kind: temperature
    name: TK-2101 液相温度
    unit: °C
    range: { low: -20, high: 120 }
    zone: tank-farm
    hazardSource: 双氧水罐区
    safetyRole: major-hazard
    alarms:
      H:
        setpoint: 5
        deadband: 1
        priority: critical
        message: { zh: TK-2101 液相温度高, en: TK-2101 liquid temperature high }
  - id: AT-1501.hydrogen
    source: plc
    address: "holding:0x0200 uint16 bad=0xFFFF"
    kind: gas-combustible
    name: 压缩机东侧氢气
    unit: "%LEL"
    range: { low: 0, high: 100 }
    scale: { factor: 0.1 }
    zone: compressor-house
    safetyRole: gas
  - id: XV-2101.open
    source: plc
    address: "coil:0x0000"
    kind: state
    name: TK-2101 进料阀开到位
    zone: tank-farm
    states: { "true": 开, "false": 未到位 }
  - id: XV-2101.closed
    source: plc
    address: "coil:0x0001"
    kind: state
    name: TK-2101 进料阀关到位
    zone: tank-farm
`,
  );
  return file;
}
