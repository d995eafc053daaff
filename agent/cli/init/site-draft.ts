import { stringify } from 'yaml';

/** What a new site file is made from. */
export interface SiteDraft {
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  readonly servers: readonly DraftServer[];
  readonly devices: readonly DraftDevice[];
  readonly cameras: readonly { readonly sources: string; readonly points: string }[];
  /** `mqtt://…`, `mqtts://…`, `http://…` or `https://…`. */
  readonly receiver?: string;
}

interface DraftServer {
  readonly id: string;
  /** `opc.tcp://host:port` */
  readonly url: string;
  /** Entries of `points` that it was found to have, as YAML indented by two. */
  readonly points: readonly string[];
  /** Why there are none, or not all. */
  readonly note?: string;
}

interface DraftDevice {
  readonly id: string;
  /** `tcp://HOST:PORT`, `rtu-over-tcp://HOST:PORT` or the path of a serial port. */
  readonly target: string;
}

/** A site file with its remarks; what has to be decided by people stands there as a comment. */
export const draftText = (draft: SiteDraft): string =>
  [
    `# Made by "firewatch init". 由 firewatch init 生成。
#
#   firewatch check SITE.yaml     every error at once, with line and column
#   firewatch run SITE.yaml
#   firewatch schema              JSON Schema, by which an editor completes keys`,
    siteText(draft),
    `journal:
  directory: ./data           # relative to this file; on its own disk if there is one
  maxAge: 30d
  maxSize: 10GB`,
    `page:
  host: 127.0.0.1             # from this box alone; for others name its address and add "tls: own"
  port: 8080                  # the log of the first start shows the code with which the first account is made`,
    sourcesText(draft),
    pointsText(draft),
    receiversText(draft),
  ].join('\n\n') + '\n';

function siteText({ id, name, timezone }: SiteDraft): string {
  const [first = '', ...rest] = block('site', { id, name, timezone }).split('\n');
  const [own = '', ...further] = rest;
  return [first, `${own}    # never change it again: it is part of every record's identity`, ...further].join('\n');
}

function sourcesText({ servers, devices, cameras }: SiteDraft): string {
  const entries = [
    ...servers.flatMap(({ id, url, note }) => [
      ...(note === undefined ? [] : [`  # ${note.replaceAll(/\s+/g, ' ')}`]),
      `${entry({ id, kind: 'opcua', endpoint: url })}
    # security: { mode: SignAndEncrypt, policy: Basic256Sha256 }   # then: firewatch trust SITE.yaml
    # user: { name: firewatch, password: "\${env:${variable(id)}_PASSWORD}" }`,
    ]),
    ...devices.map(
      ({ id, target }) => `${entry({ id, kind: 'modbus', transport: transportOf(target), unit: 1, interval: '1s' })}
    # order: CDAB             # byte order of 32-bit values whose address names none`,
    ),
    ...cameras.map(({ sources }) => sources),
  ];
  return entries.length > 0
    ? ['sources:', ...entries].join('\n')
    : `# sources:
#   - id: dcs
#     kind: opcua
#     endpoint: opc.tcp://192.0.2.10:4840
#   - id: plc
#     kind: modbus
#     transport: { kind: tcp, host: 192.0.2.20, port: 502 }`;
}

function pointsText({ servers, devices, cameras }: SiteDraft): string {
  const entries = [...servers.flatMap(({ points }) => points), ...cameras.map(({ points }) => points)];
  const hints = [
    ...servers
      .filter(({ points }) => points.length === 0)
      .map(({ url, id }) => `  # firewatch browse opcua ${url} --source ${id}`),
    ...devices.map(
      ({ id, target }) =>
        `  # firewatch probe modbus ${target} --unit 1 --from holding:0 --count 50 --reading 23.5   (source ${id})`,
    ),
  ];
  const example = `  # A point with all that it usually has:
  # - id: R-101.temperature
  #   source: dcs
  #   address: "nsu=urn:example:dcs;s=R-101.temperature"
  #   kind: temperature
  #   name: 氧化塔温度
  #   unit: °C
  #   range: { low: 0, high: 200 }
  #   zone: reaction
  #   alarms: { HH: 95, H: { setpoint: 85, deadband: 2, priority: high, message: { zh: 温度高, en: Temperature high } } }`;
  return ['points:', ...hints, ...entries, example].join('\n');
}

function receiversText({ id, receiver }: SiteDraft): string {
  const lead = '# Who gets the records. Secrets only by reference: "${env:NAME}" or "${file:path}".\n';
  if (receiver === undefined)
    return `${lead}# receivers:
#   - id: park
#     transport: { kind: mqtt, url: "mqtts://broker.example:8883", username: ${id}, password: "\${env:PARK_PASSWORD}" }
#     profile: firewatch-json`;
  const transport = /^https?:/.test(receiver)
    ? { kind: 'https', url: receiver }
    : { kind: 'mqtt', url: receiver, clientId: id, topicPrefix: 'firewatch' };
  return `${lead}receivers:\n${entry({ id: 'park', transport, profile: 'firewatch-json' })}`;
}

function transportOf(target: string): object {
  const [, kind, host, port] = /^(tcp|rtu-over-tcp):\/\/(.+):(\d+)$/.exec(target) ?? [];
  return kind ? { kind, host, port: Number(port) } : { kind: 'rtu', path: target, baudRate: 9600, parity: 'none' };
}

const variable = (id: string): string => id.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');

const block = (key: string, value: object): string => stringify({ [key]: value }, { lineWidth: 0 }).trimEnd();

/** One of a list, indented by two. */
const entry = (value: object): string => stringify([value], { lineWidth: 0 }).trimEnd().replaceAll(/^/gm, '  ');
