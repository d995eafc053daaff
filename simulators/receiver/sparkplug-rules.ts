import type { SparkplugMetric, SparkplugPayload } from './sparkplug-payload.ts';

/** One value as a host has it in its history. */
export interface HostValue {
  readonly device: string | undefined;
  readonly name: string;
  readonly timestamp: number | undefined;
  readonly value: SparkplugMetric['value'] | null;
  readonly isBirth: boolean;
  readonly isHistorical: boolean;
  readonly properties: SparkplugMetric['properties'];
}

/** What a host holds an edge node to (Sparkplug 3.0 section 6): bdSeq, seq, births before data, aliases. Pure. */
export interface SparkplugRules {
  /** @param kind NBIRTH, NDEATH, DBIRTH, NDATA or DDATA. Returns what the message says; faults are kept. */
  take(kind: string, device: string | undefined, payload: SparkplugPayload): HostValue[];
  /** The host lost its own connection: it knows nothing any more. */
  forget(): void;
  /** True once data came that no birth went before: the host asks for one. */
  readonly needsBirth: boolean;
  readonly isAlive: boolean;
  readonly births: readonly number[];
  readonly faults: readonly string[];
}

interface Known {
  readonly name: string;
  readonly device: string | undefined;
  readonly datatype: number | undefined;
}

export function sparkplugRules(): SparkplugRules {
  const aliases = new Map<number, Known>();
  const bornDevices = new Set<string>();
  const births: number[] = [];
  const faults: string[] = [];
  let state: 'unknown' | 'alive' | 'dead' = 'unknown';
  let needsBirth = false;
  let nextSeq = 0;
  let bdSeq: number | undefined;

  const fault = (text: string): void => void faults.push(text);

  const checkSeq = (kind: string, seq: number | undefined): void => {
    if (seq !== nextSeq) fault(`${kind} has seq ${seq}, ${nextSeq} was due`);
    nextSeq = ((seq ?? nextSeq) + 1) % 256;
  };

  const learn = (metric: SparkplugMetric, device: string | undefined): void => {
    if (metric.name === undefined) return fault(`a metric of a birth has no name`);
    if (metric.datatype === undefined) fault(`${metric.name} has no data type in its birth`);
    if (metric.alias === undefined) return undefined;
    const known = aliases.get(metric.alias);
    if (known && (known.name !== metric.name || known.device !== device))
      fault(`alias ${metric.alias} means ${known.name} and ${metric.name}`);
    aliases.set(metric.alias, { name: metric.name, device, datatype: metric.datatype });
  };

  const valueOf = (metric: SparkplugMetric, device: string | undefined, isBirth: boolean): HostValue[] => {
    const known = metric.alias === undefined ? undefined : aliases.get(metric.alias);
    const name = metric.name ?? known?.name;
    if (name === undefined) {
      fault(`alias ${metric.alias} was in no birth`);
      return [];
    }
    if (!isBirth && metric.alias !== undefined && metric.name !== undefined)
      fault(`${name} has name and alias in data`);
    if (!isBirth && known && known.device !== device) fault(`${name} comes from ${device}, not from ${known.device}`);
    if (known && metric.datatype !== undefined && metric.datatype !== known.datatype) fault(`${name} changed its type`);
    const { timestamp, isHistorical, isNull, properties } = metric;
    if (timestamp === undefined) fault(`${name} has no timestamp`);
    return [{ device, name, timestamp, value: isNull ? null : metric.value, isBirth, isHistorical, properties }];
  };

  const onNodeBirth = (payload: SparkplugPayload): void => {
    if (payload.seq !== 0) fault(`NBIRTH has seq ${payload.seq}`);
    nextSeq = 1;
    const named = new Map(payload.metrics.map((metric) => [metric.name, metric]));
    const number = named.get('bdSeq')?.value;
    const control = named.get('Node Control/Rebirth');
    if (typeof number !== 'number') fault('NBIRTH has no bdSeq');
    if (control?.value !== false) fault('NBIRTH has no Node Control/Rebirth');
    if (control?.alias !== undefined) fault('Node Control/Rebirth has an alias');
    if (typeof number === 'number') births.push(number);
    bdSeq = typeof number === 'number' ? number : undefined;
    state = 'alive';
    needsBirth = false;
    aliases.clear();
    bornDevices.clear();
  };

  return {
    take(kind, device, payload) {
      if (kind === 'NDEATH') {
        const number = payload.metrics.find(({ name }) => name === 'bdSeq')?.value;
        if (payload.seq !== undefined) fault('NDEATH has a seq');
        if (typeof number !== 'number') fault('NDEATH has no bdSeq');
        // That of an earlier connection, which the broker noticed late, is passed over.
        if (number === bdSeq && state === 'alive') state = 'dead';
        return [];
      }
      if (payload.timestamp === undefined) fault(`${kind} has no timestamp`);
      if (kind === 'NBIRTH') onNodeBirth(payload);
      else {
        if (state === 'dead') fault(`${kind} after NDEATH`);
        if (state !== 'alive') {
          needsBirth = true;
          return [];
        }
        checkSeq(kind, payload.seq);
      }
      const isBirth = kind.endsWith('BIRTH');
      if (kind === 'DBIRTH' && device !== undefined) bornDevices.add(device);
      if (kind === 'DDATA' && device !== undefined && !bornDevices.has(device)) fault(`${device} sends data unborn`);
      if (isBirth) for (const metric of payload.metrics) learn(metric, device);
      return payload.metrics.flatMap((metric) => valueOf(metric, device, isBirth));
    },
    forget() {
      state = 'unknown';
      bdSeq = undefined;
      aliases.clear();
      bornDevices.clear();
    },
    get needsBirth() {
      return needsBirth;
    },
    get isAlive() {
      return state === 'alive';
    },
    births,
    faults,
  };
}
