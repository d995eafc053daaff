import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, isSeq, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { auditOfChanges } from '#agent/alarms/definition-changes.ts';
import type { AlarmCondition, AlarmDefinition, AlarmKind } from '#agent/model/alarm.ts';
import { formatDuration } from '#config/duration.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import type { SiteConfig } from '#config/site.ts';
import type { SourceKind } from '#config/source-kind.ts';
import { changeText } from './alarms-text.ts';

export interface WriteAlarmsOptions {
  /** The site file, and what it says now. */
  readonly path: string;
  readonly config: SiteConfig;
  readonly kinds: readonly SourceKind[];
  /** What it shall say. */
  readonly definitions: readonly AlarmDefinition[];
}

/**
 * Writes alarm settings to where the site's YAML files define their points and sources; comments and all else stay. The
 * site is then read again: unless it says exactly what was wanted, every file is put back and the reasons are returned
 * (a point of a CSV file or of a device profile, a role or zone that belongs to the point, a setting that is not allowed).
 */
export function writeAlarms({ path, config, kinds, definitions }: WriteAlarmsOptions): readonly string[] {
  const by = { who: path, time: 0 };
  const wanted = new Map<string, AlarmDefinition>(definitions.map((definition) => [definition.id, definition]));
  const present = new Map<string, AlarmDefinition>(config.alarms.map((definition) => [definition.id, definition]));
  const files = config.files.filter((file) => /\.(ya?ml|json)$/i.test(file)).map(openFile);
  for (const { what } of auditOfChanges(config.alarms, definitions, by)) {
    const definition = wanted.get(what);
    const owner = definition ?? present.get(what);
    if (owner) for (const file of files) put(file, owner, definition);
  }

  const changed = files.filter(({ isChanged }) => isChanged);
  for (const { file, document } of changed) writeFileSync(file, document.toString({ lineWidth: 0 }));
  const again = loadSite(path, { kinds });
  const problems = again.ok
    ? auditOfChanges(again.config.alarms, definitions, by).map(
        (change) => `${changeText(change)}: can not be set here; change it where the point or source is defined`,
      )
    : again.errors.map(formatFinding);
  if (problems.length > 0) for (const { file, text } of changed) writeFileSync(file, text);
  return problems;
}

interface OpenFile {
  readonly file: string;
  readonly text: string;
  readonly document: Document;
  isChanged: boolean;
}

function openFile(file: string): OpenFile {
  const text = readFileSync(file, 'utf8');
  return { file, text, document: parseDocument(text), isChanged: false };
}

const keyOf: Readonly<Record<AlarmKind, string>> = {
  HH: 'HH',
  H: 'H',
  L: 'L',
  LL: 'LL',
  deviation: 'deviation',
  'rate-of-change': 'rateOfChange',
  state: 'state',
  'bad-quality': 'badQuality',
  communication: 'communication',
};

/** @param definition what to write; undefined: the alarm is to go */
function put(open: OpenFile, owner: AlarmDefinition, definition: AlarmDefinition | undefined): void {
  const { document } = open;
  const [list, id] = owner.point === undefined ? ['sources', owner.source] : ['points', owner.point];
  const items = document.get(list);
  if (!isSeq(items)) return;
  const index = items.items.findIndex((item) => isMap(item) && item.get('id') === id);
  if (index < 0) return;
  const path = [list, index, 'alarms', keyOf[owner.condition.kind]];
  if (definition) document.setIn(path, document.createNode(settingsOf(definition), { flow: true }));
  else if (document.hasIn(path)) document.deleteIn(path);
  open.isChanged = true;
}

function settingsOf(definition: AlarmDefinition): object {
  const { priority, onDelayMs, offDelayMs, latch, reAlarmMs, group } = definition;
  const { message, cause, consequence, response } = definition;
  return {
    ...conditionOf(definition.condition),
    priority,
    ...(onDelayMs > 0 && { onDelay: formatDuration(onDelayMs) }),
    ...(offDelayMs > 0 && { offDelay: formatDuration(offDelayMs) }),
    ...(latch && { latch }),
    ...(reAlarmMs !== undefined && { reAlarm: formatDuration(reAlarmMs) }),
    ...(group !== undefined && { group }),
    ...(message && { message }),
    ...(cause && { cause }),
    ...(consequence && { consequence }),
    ...(response && { response }),
  };
}

function conditionOf(condition: AlarmCondition): object {
  if (condition.kind === 'communication') return {};
  if (condition.kind === 'rate-of-change') {
    const { perSecond, windowMs, direction, deadband } = condition;
    return { perSecond, window: formatDuration(windowMs), direction, deadband };
  }
  const { kind: _, ...settings } = condition;
  return settings;
}
