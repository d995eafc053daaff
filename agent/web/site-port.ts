import type { AlarmDefinition, AlarmPriority, AlarmTransition, AlarmView } from '#agent/model/alarm.ts';
import type { CameraView } from '#agent/model/camera.ts';
import type { AlarmId, PointId, ReceiverId, SourceId } from '#agent/model/ids.ts';
import type { Picture } from '#agent/model/picture.ts';
import type { Point } from '#agent/model/point.ts';
import type { AuditEntry, JournalRecord, RecordOf, Stream } from '#agent/model/record.ts';
import type { ResendAnswer, ResendOrder } from '#agent/model/resend.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import type { PlanGround } from './plan/plan-view.ts';

/**
 * What the page and its API see of a running site, and the little that people may do to it: alarms are acknowledged and
 * shelved here, nothing reaches the plant. Implemented by agent/line; all calls are synchronous and short.
 */
export interface SitePort {
  readonly site: { readonly id: string; readonly name: string; readonly timezone: string };
  readonly version: string;
  readonly points: () => readonly Point[];
  readonly alarmDefinitions: () => readonly AlarmDefinition[];
  readonly receivers: () => readonly { readonly id: ReceiverId; readonly name: string; readonly url: string }[];
  /** The site as it stands; made anew by each call. */
  readonly figures: () => SiteFigures;
  /** Every alarm that is configured or not yet done with. */
  readonly alarms: () => readonly AlarmView[];
  /** Those that are not normal, or lie under an overlay. */
  readonly activeAlarms: () => readonly AlarmView[];
  readonly alarm: (id: AlarmId) => AlarmView | undefined;
  /** How good the alarms were; see {@link AlarmFiguresView}. */
  readonly alarmFigures: (from: number, to: number) => AlarmFiguresView;
  /**
   * The report of a span as agent/alarms makes it, and as one HTML file to be printed; seconds over a month. Rejects where
   * it can not be made. Absent in tests of the page alone.
   */
  readonly alarmReport?: (span: { readonly from: number; readonly to: number }) => Promise<{
    readonly report: object;
    readonly html: (language: 'zh' | 'en') => string;
  }>;
  /** Where a point is read, as its driver understands it; undefined for what the site derives. Holds no secret. */
  readonly address: (point: PointId) => unknown;
  /** Checked, as the alarms saw it; undefined before the first. */
  readonly latest: (point: PointId) => Sample | undefined;
  /** What derivations show beyond their points, by their id. */
  readonly views: () => ReadonlyMap<string, unknown>;
  readonly cameras: () => readonly CameraView[];
  /** The last of a camera; undefined before the first, and where it had to make room. */
  readonly picture: (camera: SourceId) => Picture | undefined;
  readonly actions: AlarmActions;
  /**
   * Has a receiver sent once more what it had acknowledged: a stream by numbers (inclusive) or by time of recording (UTC ms,
   * `to` exclusive), or records of a platform by `message/id`. On record with who ordered it.
   */
  readonly resend: (receiver: ReceiverId, order: ResendOrder, who: string) => ResendAnswer;
  readonly journal: JournalPort;
  /** On which planes people and things can be shown. */
  readonly grounds: () => readonly PlanGround[];
  /** Where drawings of the site are kept; absent where none can be. */
  readonly planDirectory?: string;
  /** Where pictures of alarms are kept; absent where none are. */
  readonly evidenceDirectory?: string;
  /** Absent where the configuration is no file, as in tests of the page alone. */
  readonly configuration?: ConfigPort;
  /** Makes a bundle for those who help from afar, a zip archive without secrets. Absent where the configuration is. */
  readonly diagnostics?: () => Promise<Uint8Array>;
  /** Absent where the configuration is. */
  readonly commissioning?: CommissioningPort;
  /** Puts on record who did what, on disk when it returns. */
  readonly audit: (entry: AuditEntry) => void;
  /** What the page itself must find again: accounts, tokens. `undefined` removes. On disk when it returns. */
  readonly state: (scope: string) => ReadonlyMap<string, unknown>;
  readonly remember: (scope: string, key: string, value: unknown) => void;
}

/** The journal as far as it is shown. */
interface JournalPort {
  readonly head: (stream: Stream) => number;
  readonly tail: (stream: Stream) => number;
  /** Records with `after < seq < before`, ascending, at most `limit`. */
  readonly read: (stream: Stream, after: number, limit: number, before?: number) => JournalRecord[];
  readonly history: (query: {
    readonly points: readonly PointId[];
    /** Source time, UTC ms, inclusive. */
    readonly from: number;
    /** Exclusive. */
    readonly to: number;
    readonly limit: number;
    readonly after?: { readonly seq: number; readonly index: number };
  }) => { readonly samples: readonly Sample[]; readonly next?: { readonly seq: number; readonly index: number } };
  readonly trend: (query: {
    readonly point: PointId;
    readonly resolution: 'minute' | 'hour';
    readonly from: number;
    readonly to: number;
  }) => readonly TrendPoint[];
}

/** One minute or hour of one point; figures are of good values alone, absent where there was none. */
interface TrendPoint {
  /** UTC ms. */
  readonly start: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly last?: number;
  readonly good: number;
  readonly uncertain: number;
  readonly bad: number;
}

interface SiteFigures {
  /** UTC ms. */
  readonly time: number;
  readonly sources: readonly SourceFigures[];
  readonly uplinks: readonly UplinkFigures[];
  readonly journal: {
    readonly streams: Readonly<Record<Stream, { readonly head: number; readonly tail: number }>>;
    readonly bytes: number;
    readonly maxBytes: number;
    readonly samplesPerSecond: number;
    readonly bytesPerSample: number;
    readonly hoursOfBuffer?: number;
    readonly oldest?: number;
  };
  readonly journalHealth: {
    readonly disk: { readonly trouble: string; readonly text?: string };
    readonly heldRecords: number;
    readonly shedSamples: number;
  };
  /** Alarm steps and events that the journal could not take and that were given up. */
  readonly lostSteps: number;
}

interface SourceFigures {
  readonly id: SourceId;
  readonly kind: string;
  readonly name: string;
  readonly simulated: boolean;
  readonly status?: SourceStatus;
  readonly points: number;
  readonly samples: number;
  readonly notGood: number;
  readonly perSecond: number;
}

interface UplinkFigures {
  readonly receiver: ReceiverId;
  readonly state: 'connecting' | 'connected' | 'waiting';
  readonly reason: string;
  readonly since: number;
  readonly nextAttempt?: number;
  readonly connections: number;
  readonly inFlight: number;
  readonly lanes: readonly {
    readonly lane: string;
    readonly stream: Stream;
    readonly head: number;
    readonly acknowledged: number;
    readonly lagRecords: number;
    readonly lagMs: number;
    readonly sent: number;
    readonly acknowledgedSamples: number;
    readonly held?: string;
  }[];
  readonly backfill: { readonly remainingRecords: number; readonly etaMs?: number };
  readonly quarantine: readonly object[];
  /** Pictures that are sent whole, where the receiver asks for them. */
  readonly evidence?: {
    readonly behind: number;
    readonly pieces: number;
    readonly missing: number;
    readonly held?: string;
  };
}

/** Figures of ISA-18.2 clause 16, as agent/alarms counts them; times UTC ms, shares 0 … 1. */
export interface AlarmFiguresView {
  /** Later than asked for where there were more transitions than are looked at in one call. */
  readonly from: number;
  readonly to: number;
  readonly annunciated: number;
  /** Moments at which alarms asked for attention, in each 10 minutes from `from` on. */
  readonly perTenMinutes: { readonly average: number; readonly peak: number; readonly shareAboveTen: number };
  readonly tens: readonly number[];
  readonly floods: readonly { readonly from: number; readonly to?: number; readonly alarms: number }[];
  readonly shareOfTimeInFlood: number;
  readonly chattering: readonly { readonly alarm: string; readonly raised: number; readonly mostInAMinute: number }[];
  readonly fleeting: readonly { readonly alarm: string; readonly times: number }[];
  readonly stale: readonly { readonly alarm: string; readonly since: number }[];
  readonly topTen: readonly { readonly alarm: string; readonly count: number; readonly share: number }[];
  readonly shareOfTopTen: number;
  readonly priorities: Readonly<Record<AlarmPriority, { readonly count: number; readonly share: number }>>;
  readonly acknowledgement: {
    readonly count: number;
    readonly meanMs?: number;
    readonly longestMs?: number;
    readonly waiting: number;
  };
}

/** Done, or refused with one sentence for the person. */
export type Answer = { readonly accepted: true } | { readonly accepted: false; readonly text: string };

interface AlarmActions {
  readonly acknowledge: (alarm: AlarmId, who: string, why?: string) => Answer;
  readonly reset: (alarm: AlarmId, who: string, why?: string) => Answer;
  readonly shelve: (alarm: AlarmId, request: ShelfRequest) => Answer;
  readonly unshelve: (alarm: AlarmId, who: string, why?: string) => Answer;
  readonly removeFromService: (alarm: AlarmId, who: string, why: string) => Answer;
  readonly returnToService: (alarm: AlarmId, who: string, why?: string) => Answer;
}

interface ShelfRequest {
  readonly by: string;
  readonly why: string;
  readonly forMs: number;
  readonly isOneShot: boolean;
}

/** The configuration as files, and their life. Secrets are references there and are never followed. */
export interface ConfigPort {
  /** Names are relative to the site file, which is the first. */
  readonly files: () => readonly { readonly name: string; readonly text: string }[];
  /** What would be found if these texts stood in these files. */
  readonly check: (files: Readonly<Record<string, string>>) => {
    readonly ok: boolean;
    readonly errors: readonly Finding[];
    readonly warnings: readonly Finding[];
  };
  /** Puts the texts into the files and into force, on trial. */
  readonly apply: (files: Readonly<Record<string, string>>, who: string) => Answer;
  /** Takes back what is on trial. */
  readonly rollback: (who: string) => Answer;
  readonly status: () => {
    readonly state: 'settled' | 'on-trial' | 'rolled-back';
    /** UTC ms. */
    readonly since: number;
    readonly text: string;
  };
}

/** One fault, with its place. */
interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly what: string;
  readonly why: string;
  readonly todo: string;
}

/** Looks for what a site file could name: one search at a time, read only, bounded in time and in what is found. */
export interface CommissioningPort {
  /** Begins, unless another is going on. What was found before is forgotten. */
  readonly start: (order: SearchOrder) => Answer;
  readonly cancel: () => void;
  /** Undefined before the first. */
  readonly view: () => SearchView | undefined;
  /** In the order in which they were found. */
  readonly found: () => readonly FoundThing[];
}

export type SearchOrder =
  /** Variables of an OPC UA server: at an address without security, or as a source of the site connects. */
  | {
      readonly kind: 'opcua';
      readonly url?: string | undefined;
      readonly source?: string | undefined;
      readonly filter?: string | undefined;
      /** Source id to write into the points; default the source. */
      readonly as?: string | undefined;
      /** Requests a second. */
      readonly rate: number;
    }
  /** Registers of a Modbus device under every type; with a reading those that hold it. */
  | {
      readonly kind: 'modbus';
      readonly target: string;
      readonly source: string;
      readonly unit: number;
      readonly from: string;
      readonly count: number;
      /** As the instrument shows it: its digits say how exact it is. */
      readonly reading?: string | undefined;
    }
  /** Units that answer at a Modbus address. */
  | { readonly kind: 'modbus-units'; readonly target: string }
  /** Cameras of the network segment, or at one address. */
  | { readonly kind: 'onvif'; readonly at?: string | undefined };

export interface SearchView {
  readonly kind: SearchOrder['kind'];
  /** What is asked, for people. */
  readonly target: string;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  /** UTC ms. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Nodes, registers, units or seconds so far, and of how many where that is known. */
  readonly seen: number;
  readonly of?: number;
  readonly found: number;
  /** Why it failed; what was left out. */
  readonly notes: readonly string[];
}

/** One thing that was found, ready to be pasted. */
export interface FoundThing {
  /** What it is called there. */
  readonly label: string;
  /** Its value and type, or what else is known. */
  readonly detail: string;
  /** Entries of the lists `sources` and `points` of a site file, as YAML indented by two. */
  readonly sources?: string;
  readonly points?: string;
}

/** What the page is told as it happens, in order; what is not told is asked for. */
export type PageNews =
  | { readonly type: 'alarm'; readonly record: RecordOf<'alarm', AlarmTransition> }
  | { readonly type: 'status'; readonly status: SourceStatus };
