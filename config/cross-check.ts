import { SITE_SOURCE } from '#agent/model/source.ts';
import type { Fault } from './fault.ts';
import type { Findings } from './findings.ts';
import { suggest } from './nearest.ts';
import { valueAt } from './place.ts';
import type { Entry } from './place.ts';
import type { ReadPoint } from './read-points.ts';
import type { ReadReceiver } from './read-receivers.ts';
import type { ReadSource } from './read-sources.ts';

/** Reports every id that stands twice, at the second, naming the place of the first. */
export function checkUniqueIds(entries: readonly Entry[], noun: string, why: string, findings: Findings): void {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    const id = valueAt(entry.value, ['id']);
    if (typeof id !== 'string') continue;
    const other = first.get(id);
    if (other) findings.errorAt(entry, ['id'], alreadyAt(`${noun} id "${id}"`, other, ['id'], why));
    else first.set(id, entry);
  }
}

function alreadyAt(what: string, other: Entry, path: readonly string[], why: string): Fault {
  const { file, line, column } = other.at(path);
  return { what: `${what} is used at ${file}:${line}:${column} already`, why, todo: 'rename one of them' };
}

/** What the site derives itself has a source of its own, and alarms are named after sources. */
export function checkSourceIsNotTheSite(sources: readonly Entry[], findings: Findings): void {
  for (const entry of sources)
    if (valueAt(entry.value, ['id']) === SITE_SOURCE)
      findings.errorAt(entry, ['id'], {
        what: `source id "${SITE_SOURCE}" is taken`,
        why: 'what the site derives itself, as lightning tiers, has it',
        todo: 'rename the source',
      });
}

/** A source nobody reads from is hardly meant, but harmless. */
export function checkSourcesAreUsed(
  sources: Iterable<ReadSource>,
  used: ReadonlySet<string>,
  findings: Findings,
): void {
  for (const { entry, alarm, forms } of sources)
    if (!used.has(alarm.source) && !forms.kind.tellsFacts)
      findings.warnAt(entry, ['id'], {
        what: `source "${alarm.source}" has no points`,
        why: 'it is connected and nothing is read from it',
        todo: 'add points, or delete the source',
      });
}

/** Two points of one address are mostly a line that was copied and not changed. */
export function checkAddressesDiffer(points: readonly ReadPoint[], findings: Findings): void {
  const first = new Map<string, Entry>();
  for (const { entry, point } of points) {
    const key = `${point.source} ${JSON.stringify(valueAt(entry.value, ['address']))}`;
    const other = first.get(key);
    const path = ['address'];
    const why = 'both points read the same value';
    if (other) findings.warnAt(entry, path, { ...alreadyAt('this address', other, path, why), todo: 'check both' });
    else first.set(key, entry);
  }
}

/** The other point of a deviation alarm must exist, and be a number. */
export function checkTargets(points: readonly ReadPoint[], known: ReadonlySet<string>, findings: Findings): void {
  const kinds = new Map<string, string>(points.map(({ point }) => [point.id, point.kind]));
  for (const { entry, alarms, point } of points)
    for (const { condition } of alarms) {
      if (condition.kind !== 'deviation' || typeof condition.target === 'number') continue;
      const { target } = condition;
      const kind = kinds.get(target);
      const fault = !known.has(target)
        ? {
            what: `there is no point "${target}"`,
            why: 'a deviation is measured from a number or from another point',
            todo: suggest(target, [...known], 'correct the id'),
          }
        : target === point.id
          ? { what: 'the target is the point itself', why: 'the deviation is always zero', todo: 'name another point' }
          : kind === 'state' || kind === 'text'
            ? { what: `point "${target}" is a ${kind}`, why: 'a target is a number', todo: 'name another point' }
            : undefined;
      if (fault) findings.errorAt(entry, ['alarms', 'deviation', 'target'], fault);
    }
}

/** A broker disconnects the first of two clients with one id, again and again. */
export function checkClientIds(receivers: readonly ReadReceiver[], findings: Findings): void {
  const first = new Map<string, Entry>();
  for (const { entry, config } of receivers) {
    if (config.transport.kind !== 'mqtt') continue;
    const { url, clientId } = config.transport;
    const key = `${url.replace(/\/$/, '').toLowerCase()} ${clientId}`;
    const other = first.get(key);
    const path = ['transport', 'clientId'];
    const why = 'a broker disconnects the first of two clients with the same id';
    if (other) findings.errorAt(entry, path, alreadyAt(`client id "${clientId}"`, other, path, why));
    else first.set(key, entry);
  }
}
