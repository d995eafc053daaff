/** What the API answers, as far as the page reads it. */
export type Priority = 'critical' | 'high' | 'medium' | 'low';
type AlarmState = 'normal' | 'unacknowledged' | 'acknowledged' | 'returned' | 'latched' | 'latched-acknowledged';
type Overlay = 'none' | 'shelved' | 'suppressed' | 'out-of-service';
type SourceState = 'connecting' | 'online' | 'degraded' | 'offline' | 'stopped';

interface Quality {
  readonly level: 'good' | 'uncertain' | 'bad';
  readonly reason?: string;
  readonly raw?: number;
}

export interface Sample {
  readonly point: string;
  readonly value: number | boolean | string | null;
  readonly quality: Quality;
  readonly sourceTime: number;
  readonly receiveTime: number;
  readonly flags: number;
}

interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface AlarmView {
  readonly definition: {
    readonly id: string;
    readonly point?: string;
    readonly source: string;
    readonly priority: Priority;
    readonly condition: { readonly kind: string; readonly setpoint?: number };
    readonly safetyRole: string;
    readonly zone?: string;
    readonly group?: string;
    readonly message?: Words;
    readonly cause?: Words;
    readonly consequence?: Words;
    readonly response?: Words;
  };
  readonly state: AlarmState;
  readonly overlay: Overlay;
  readonly raisedAt?: number;
  readonly since?: number;
  readonly value?: Sample['value'];
  readonly quality?: Quality;
  readonly flags: number;
  readonly isQualityLost: boolean;
  readonly shelf?: { readonly by: string; readonly why: string; readonly until: number };
  readonly suppressedBy: readonly { readonly cause: string; readonly why: string }[];
}

export interface AlarmRecord {
  readonly seq: number;
  readonly time: number;
  readonly body: {
    readonly alarm: string;
    readonly event: string;
    readonly to: AlarmState;
    readonly priority: Priority;
    readonly time: number;
    readonly value?: Sample['value'];
    readonly by?: string;
    readonly why?: string;
    readonly flags: number;
  };
}

interface Count {
  readonly standing: number;
  readonly unacknowledged: number;
}

export interface OverviewView {
  readonly time: number;
  readonly isSimulated: boolean;
  readonly alarms: Readonly<Record<Priority, Count>> & { readonly hidden: number };
  readonly sources: readonly SourceView[];
  readonly uplinks: readonly {
    readonly receiver: string;
    readonly name: string;
    readonly state: 'connecting' | 'connected' | 'waiting';
    readonly reason: string;
    readonly lagMs: number;
    readonly lagRecords: number;
    readonly remainingRecords: number;
    readonly quarantined: number;
  }[];
  readonly journal: {
    readonly bytes: number;
    readonly maxBytes: number;
    readonly samplesPerSecond: number;
    readonly hoursOfBuffer: number | null;
    readonly disk: string;
  };
}

interface SourceView {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly simulated: boolean;
  readonly state: SourceState;
  readonly reason: string;
  readonly since: number | null;
  readonly points: number;
  readonly perSecond: number;
}

export interface PointView {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly kind: string;
  readonly unit: string;
  readonly zone?: string;
  readonly hazardSource?: string;
  readonly safetyRole: string;
  readonly states?: Readonly<Record<string, string>>;
  readonly range?: { readonly low: number; readonly high: number };
  readonly scale?: { readonly factor: number; readonly offset: number };
  /** As its driver understands it; null for what the site derives. */
  readonly address: string | null;
  readonly latest: Sample | null;
}
