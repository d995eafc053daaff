import { dirname, join, resolve, sep } from 'node:path';
import type { z } from 'zod';
import { siteId } from '#agent/model/ids.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import { checkEvidenceUplinks } from './check-evidence-uplinks.ts';
import { checkFilters } from './check-filters.ts';
import { collectFiles } from './collect-files.ts';
import { journalPoints } from './journal-point.ts';
import { isMapping } from './mapping.ts';
import type { Collected } from './collect-files.ts';
import {
  checkAddressesDiffer,
  checkClientIds,
  checkSourceIsNotTheSite,
  checkSourcesAreUsed,
  checkTargets,
  checkUniqueIds,
} from './cross-check.ts';
import { checkRosterFeeds } from './derived/headcount/check-roster-feeds.ts';
import { checkHazardSources } from './derived/hazard-source/check-hazard-sources.ts';
import { checkZones } from './derived/headcount/check-zones.ts';
import { checkDerivedInputs, idsOfDerived, pointsOfDerived, readDerived } from './derived/read-derived.ts';
import { expandDevice } from './expand-devices.ts';
import { Findings } from './findings.ts';
import type { Finding } from './findings.ts';
import { References } from './follow-references.ts';
import type { Environment } from './follow-references.ts';
import { ProfileShelf } from './load-profile.ts';
import { peopleSection } from './people-schema.ts';
import { entryBelow, valueAt } from './place.ts';
import type { Entry } from './place.ts';
import { readEvidence } from './read-evidence.ts';
import { readOpcuaServer } from './read-opcua-server.ts';
import { readPage } from './read-page.ts';
import { readPoint } from './read-points.ts';
import { readReceiver } from './read-receivers.ts';
import { checkSource, readSource } from './read-sources.ts';
import type { KindForms, ReadSource } from './read-sources.ts';
import { readStandby } from './read-standby.ts';
import { readSuppression } from './read-suppression.ts';
import { formOf } from './schema-shape.ts';
import { journalSection, siteSection } from './site-schema.ts';
import type { DerivationConfig, SiteConfig } from './site.ts';
import type { SourceKind } from './source-kind.ts';
import { readSourceText } from './source-text.ts';
import { shelvingSection } from './suppression-schema.ts';

export interface LoadOptions {
  /** The kinds that a source may have. */
  readonly kinds: readonly SourceKind[];
  /** Where `${env:NAME}` is looked up. Default: the process's environment. */
  readonly env?: Environment;
  /** Texts that stand for files, by absolute path: a configuration that is not (or no longer) on disk. */
  readonly texts?: ReadonlyMap<string, string>;
}

export type LoadedSite =
  | { readonly ok: true; readonly config: SiteConfig; readonly warnings: readonly Finding[] }
  | {
      readonly ok: false;
      /** Sorted by file, line and column. The first 2,000; `errorCount` says how many there are. */
      readonly errors: readonly Finding[];
      readonly errorCount: number;
      readonly warnings: readonly Finding[];
    };

/**
 * Reads a site file with everything that it includes, and reports every fault of all files at once. Never throws,
 * whatever the files hold. Synchronous: nothing else may happen before the configuration is known to be good.
 *
 * @param path the site file, as the integrator typed it; places in errors are relative to where he did
 */
export function loadSite(path: string, options: LoadOptions): LoadedSite {
  const findings = new Findings();
  const read = new Set<string>();
  const reading: Reading = {
    findings,
    references: new References(options.env ?? process.env, findings),
    readText: (absolute) => {
      read.add(absolute);
      const text = options.texts?.get(absolute);
      return text === undefined ? readSourceText(absolute) : { ok: true, text };
    },
  };
  const collected = collectFiles(path, reading);
  const site = readSite(collected, options.kinds, reading);
  const config = site && { ...site, files: [...new Set([...site.files, ...[...read].filter(isOfSite)])] };
  const warnings = findings.warnings(collected.shown);
  if (config && findings.errorCount === 0) return { ok: true, config, warnings };
  return { ok: false, errors: findings.errors(collected.shown), errorCount: findings.errorCount, warnings };
}

/** YAML that the site's own files name (a formula), and nothing that comes with Firewatch; lists of people stay where they are. */
const isOfSite = (file: string): boolean =>
  /\.ya?ml$/i.test(file) && !shippedFolders.some((folder) => file.startsWith(folder));

const shippedFolders = ['devices', 'derived', 'rules'].map((name) => `${join(import.meta.dirname, name)}${sep}`);

const siteForm = formOf(siteSection);
const journalForm = formOf(journalSection);
const shelvingForm = formOf(shelvingSection);
const peopleForm = formOf(peopleSection);

/** Undefined when the site's own sections could not be read; faults elsewhere are only reported. */
function readSite(collected: Collected, kinds: readonly SourceKind[], reading: Reading): SiteConfig | undefined {
  const { findings } = reading;
  const root = collected.site;
  const isReadable = root !== undefined && isMapping(root.value);
  const site = isReadable ? checkEntry(siteForm, entryBelow(root, ['site']), reading) : undefined;
  const journal = isReadable ? checkEntry(journalForm, orEmpty(entryBelow(root, ['journal'])), reading) : undefined;
  const shelving = isReadable ? checkEntry(shelvingForm, orEmpty(entryBelow(root, ['shelving'])), reading) : undefined;
  const peopleEntry = isReadable ? entryBelow(root, ['people']) : undefined;
  const people = peopleEntry?.value == null ? undefined : checkEntry(peopleForm, peopleEntry, reading);
  const page = isReadable ? readPage(entryBelow(root, ['page']), reading) : undefined;
  const opcuaServer = isReadable ? readOpcuaServer(entryBelow(root, ['opcuaServer']), reading) : undefined;

  checkUniqueIds(collected.sources, 'source', 'a point names its source by the id', findings);
  checkSourceIsNotTheSite(collected.sources, findings);
  const { sources, broken } = readSources(collected.sources, kinds, reading);
  const sourceIds = idsIn(collected.sources, 'id');
  const evidence = isReadable ? readEvidence(entryBelow(root, ['evidence']), sourceIds, reading) : undefined;
  const standby = isReadable ? readStandby(entryBelow(root, ['standby']), site?.id ?? '', reading) : undefined;
  const shelf = new ProfileShelf(reading);
  const expanded = collected.devices.flatMap((entry) => expandDevice(entry, sources, shelf, reading));
  const derivations = readDerived(collected.derived, reading);
  const derived = pointsOfDerived(derivations);
  const ofJournal = root && journal ? journalPoints(entryBelow(root, ['journal']), journal.contractedHours) : [];
  const pointTexts = [...collected.points, ...expanded];

  checkUniqueIds([...pointTexts, ...derived, ...ofJournal], 'point', 'records name a point by its id', findings);
  checkUniqueIds(collected.receivers, 'receiver', 'the cursors of a receiver are kept by its id', findings);

  const readFromSources = pointTexts.flatMap((entry) => readPoint(entry, sources, broken, reading) ?? []);
  const ofSite = [...derived, ...ofJournal].flatMap(
    (entry) => readPoint(entry, new Map(), new Set([SITE_SOURCE]), reading) ?? [],
  );
  const points = [...readFromSources, ...ofSite];
  const pointEntries = new Map(points.map(({ point, entry }) => [point.id as string, entry]));
  for (const source of sources.values()) checkSource(source, pointEntries, reading);
  checkSourcesAreUsed(sources.values(), idsIn([...collected.points, ...collected.devices], 'source'), findings);
  checkAddressesDiffer(readFromSources, findings);
  const pointIds = new Set([...idsIn([...pointTexts, ...ofJournal], 'id'), ...idsOfDerived(collected.derived)]);
  checkTargets(points, pointIds, findings);
  checkZones(points, derivations, findings);
  checkRosterFeeds(derivations, sourceIds, findings);

  const receivers = collected.receivers.flatMap(
    (entry) => readReceiver(entry, { id: site?.id ?? '', timezone: site?.timezone ?? 'UTC' }, reading) ?? [],
  );
  checkClientIds(receivers, findings);
  checkFilters(
    receivers,
    points.map(({ point }) => point),
    pointIds,
    findings,
  );

  checkEvidenceUplinks(
    receivers,
    { picturesLeave: people?.picturesLeave ?? false, hasEvidence: evidence !== undefined },
    findings,
  );

  const alarms = [...sources.values()].map(({ alarm }) => alarm).concat(points.flatMap(({ alarms }) => alarms));
  const nameable = {
    points: pointIds,
    alarms: new Map(alarms.map((alarm) => [alarm.id as string, alarm])),
    broken: new Set([...pointIds].filter((id) => !pointEntries.has(id)).concat([...broken])),
  };
  checkDerivedInputs(derivations, points, nameable.broken, findings);
  checkHazardSources(collected.derived, points, findings);
  checkUniqueIds(collected.suppression, 'suppression rule', 'records of suppressed alarms name the rule', findings);
  const suppression = collected.suppression.flatMap((entry) => readSuppression(entry, nameable, reading) ?? []);

  if (!site || !journal || !shelving || !root) return undefined;
  return {
    site: { id: siteId(site.id), name: site.name ?? site.id, timezone: site.timezone },
    journal: {
      directory: resolve(dirname(resolve(collected.paths[0] ?? '.')), journal.directory),
      maxAgeMs: journal.maxAge,
      maxBytes: journal.maxSize,
      sampleCommitMs: journal.sampleCommit,
      ...(journal.contractedHours !== undefined && { contractedHours: journal.contractedHours }),
      ...(people && { peopleMaxAgeMs: people.retention }),
    },
    sources: [...sources.values()].flatMap(({ config }) => config ?? []),
    points: points.map(({ point }) => point),
    alarms,
    suppression,
    derivations: derivations.map(({ config }) => (people ? forgettingInTime(config, people.retention) : config)),
    shelving: shelvingOf(shelving),
    ...(page && { page }),
    ...(opcuaServer && { opcuaServer }),
    ...(evidence && { evidence: { ...evidence, ...(people && { maxAgeMs: people.pictures ?? people.retention }) } }),
    ...(standby && { standby }),
    receivers: receivers.map(({ config }) => config),
    files: [...collected.paths, ...shelf.ownFiles],
  };
}

/** Good sources by id, and the ids of those that exist but have faults: points that name them are not to blame. */
function readSources(entries: readonly Entry[], kinds: readonly SourceKind[], reading: Reading) {
  const forms = new Map<string, KindForms>(
    kinds.map((kind) => [kind.kind, { kind, options: formOf(kind.schema), address: formOf(kind.address) }]),
  );
  const sources = new Map<string, ReadSource>();
  for (const entry of entries) {
    const source = readSource(entry, forms, reading);
    if (source && !sources.has(source.alarm.source)) sources.set(source.alarm.source, source);
  }
  const broken = new Set([...idsIn(entries, 'id')].filter((id) => !sources.has(id)));
  return { sources, broken };
}

const idsIn = (entries: readonly Entry[], key: string): ReadonlySet<string> =>
  new Set(entries.map((entry) => valueAt(entry.value, [key])).filter((id) => typeof id === 'string'));

function shelvingOf({ critical, high, medium, low }: z.output<typeof shelvingSection>): SiteConfig['shelving'] {
  return {
    ...(critical !== undefined && { critical }),
    ...(high !== undefined && { high }),
    ...(medium !== undefined && { medium }),
    ...(low !== undefined && { low }),
  };
}

/** Where a person was last is personal data, too. */
const forgettingInTime = (config: DerivationConfig, maxAgeMs: number): DerivationConfig =>
  config.kind === 'headcount'
    ? {
        ...config,
        definition: {
          ...config.definition,
          forgetAfterMs: Math.min(config.definition.forgetAfterMs, maxAgeMs),
          namesExpireMs: maxAgeMs,
        },
      }
    : config;

const orEmpty = (entry: Entry): Entry => ({ ...entry, value: entry.value ?? {} });
