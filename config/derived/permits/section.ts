import type { z } from 'zod';
import { pointId, zoneId } from '#agent/model/ids.ts';
import type { PermitWatchDefinition, PermitZone } from '#agent/model/permit-watch.ts';
import { workKinds } from '#agent/model/permit.ts';
import type { WorkKind } from '#agent/model/permit.ts';
import type { PointId } from '#agent/model/ids.ts';
import { checkEntry } from '../../check-entry.ts';
import type { Reading } from '../../check-entry.ts';
import { suggest } from '../../nearest.ts';
import { valueAt } from '../../place.ts';
import type { Entry } from '../../place.ts';
import type { Findings } from '../../findings.ts';
import { shippedPacks } from '../../rules/load-packs.ts';
import { formOf } from '../../schema-shape.ts';
import { checkContacts } from '../check-contacts.ts';
import { checkInput } from '../derived-section.ts';
import type { DerivedSection, KnownPoints } from '../derived-section.ts';
import { REPEAT_MS } from '../site-points.ts';
import { permitPoints } from './points.ts';
import { readQualifications } from './qualifications.ts';
import { permitsSchema } from './schema.ts';
import { commitmentFields, commitmentUnitFields, defaultSimops, knownGases } from './work-tables.ts';

type PermitsText = z.output<typeof permitsSchema>;

const form = formOf(permitsSchema);

/** `permits:` */
export const permitSection: DerivedSection = {
  key: 'permits',
  noun: 'watch of special work',
  uniqueBecause: 'its points and its memory are named after it',
  description: 'special work: permits against zones, gas, guardians, cameras, people and the rules of the standard',
  schema: permitsSchema,
  read: (entry, reading) => {
    const text = checkEntry(form, entry, reading);
    if (!text) return undefined;
    checkZones(entry, text, reading.findings);
    const definition = definitionOf(text, entry, reading);
    // Units of detectors are known once all points are.
    const units = new Map<PointId, string>();
    const withUnits: PermitWatchDefinition = {
      ...definition,
      zones: definition.zones.map((zone) => ({
        ...zone,
        detectors: zone.detectors.map((detector) => ({
          ...detector,
          get unit() {
            return units.get(detector.point) ?? '';
          },
        })),
      })),
    };
    return {
      entry,
      config: { kind: 'permits', definition: withUnits },
      points: permitPoints(entry, definition),
      check: (known, findings) => {
        checkInputs(entry, definition, known, findings);
        for (const { point } of definition.zones.flatMap(({ detectors }) => detectors))
          units.set(point, unitOf(known.points.get(point)?.unit ?? ''));
      },
    };
  },
  idsOf: ({ value }) => {
    const zones = valueAt(value, ['zones']);
    return Array.isArray(zones)
      ? zones.flatMap((zone: unknown) => {
          const id = valueAt(zone, ['id']);
          return typeof id === 'string' ? Object.values(partsOf(id)) : [];
        })
      : [];
  },
};

/** Sites write %VOL in several ways. */
const unitOf = (unit: string): string => (unit.toLowerCase() === '%vol' ? '%VOL' : unit);

const partsOf = (id: string) => ({
  violationPoint: pointId(`${id}.permit-violation`),
  criticalPoint: pointId(`${id}.permit-danger`),
  unjudgedPoint: pointId(`${id}.permit-unjudged`),
  countPoint: pointId(`${id}.permit-violations`),
  activePoint: pointId(`${id}.active-permits`),
});

function definitionOf(text: PermitsText, entry: Entry, reading: Reading): PermitWatchDefinition {
  const { id, name, feed, qualifications, qualificationsFile: file } = text;
  const listed = file === undefined ? [] : readQualifications(entry, file, reading);
  return {
    id: `permits/${id}`,
    name: name ?? id,
    hasPositions: false,
    ...(feed && { feed }),
    zones: text.zones.map(zoneOf),
    cameras: new Map(text.cameras.map((camera) => [camera.id, camera.blind])),
    gb28181Ids: new Map(text.cameras.flatMap(({ id: camera, gb28181Id }) => (gb28181Id ? [[camera, gb28181Id]] : []))),
    suspensions: text.suspensions,
    raised: { ...(text.nights && { night: text.nights }), weekends: text.weekends },
    ...((qualifications ?? file !== undefined) && { qualifications: [...(qualifications ?? []), ...listed] }),
    simops: text.simops ?? defaultSimops,
    gases: [...text.gases.map((gas) => ({ ...gas, names: gas.names.map((one) => one.toLowerCase()) })), ...knownGases],
    keepFireFrom: text.keepFireFrom.map(({ id: place, name: called, kind, lon, lat, on }) => ({
      id: place,
      name: called ?? place,
      kind,
      lon,
      lat,
      ...(on && { on }),
    })),
    rules: shippedPacks().rules,
    astrayPoint: pointId(`${id}.astray`),
    ...(text.commitment && {
      commitment: {
        differencePoint: pointId(`${id}.commitment-difference`),
        missingPoint: pointId(`${id}.commitment-missing`),
        counters: commitmentFields.map((one) => ({ ...one, point: pointId(`${id}.live.${one.field}`) })),
        ...(text.commitment !== true && {
          units: {
            running: text.commitment.units,
            counters: commitmentUnitFields.map((one) => ({ ...one, point: pointId(`${id}.live.${one.field}`) })),
            differencePoint: pointId(`${id}.commitment-units`),
          },
        }),
      },
    }),
    repeatMs: REPEAT_MS,
  };
}

function zoneOf({
  id,
  name,
  neighbours,
  detectors,
  guardian,
  guardianTag,
  wind,
  people,
}: PermitsText['zones'][number]): PermitZone {
  const active = workKinds.map((work) => [work, pointId(`${id}.active-permits.${work}`)] as const);
  return {
    id: zoneId(id),
    name: name ?? id,
    neighbours: neighbours.map(zoneId),
    detectors: detectors.map(({ point, gas }) => ({ point: pointId(point), gas, unit: '' })),
    ...(guardian && { guardian }),
    isGuardianLocated: guardianTag,
    ...(people !== undefined && { people: pointId(people) }),
    ...(wind !== undefined && { wind: pointId(wind) }),
    ...partsOf(id),
    activeByWork: Object.fromEntries(active) as Record<WorkKind, PointId>,
  };
}

function checkZones(entry: Entry, { zones, suspensions, keepFireFrom }: PermitsText, findings: Findings): void {
  const places = keepFireFrom.map(({ id }) => id);
  for (const [index, id] of places.entries())
    if (places.indexOf(id) !== index)
      findings.errorAt(entry, ['keepFireFrom', index, 'id'], {
        what: `place "${id}" is there already`,
        why: 'a violation names the place by its id',
        todo: 'give it another id',
      });
  const ids = zones.map(({ id }) => id);
  for (const [index, { id, neighbours }] of zones.entries()) {
    if (ids.indexOf(id) !== index)
      findings.errorAt(entry, ['zones', index, 'id'], {
        what: `zone "${id}" is there already`,
        why: 'its points are named after it',
        todo: 'join the two',
      });
    for (const [place, neighbour] of neighbours.entries())
      if (!ids.includes(neighbour))
        findings.errorAt(entry, ['zones', index, 'neighbours', place], {
          what: `there is no zone "${neighbour}"`,
          why: 'a neighbour is a zone of the same list',
          todo: suggest(neighbour, ids, 'correct the id'),
        });
  }
  for (const [index, { from, to }] of suspensions.entries())
    if (to <= from)
      findings.errorAt(entry, ['suspensions', index, 'to'], {
        what: 'the suspension ends before it begins',
        why: 'it would never hold',
        todo: 'correct from or to',
      });
}

function checkInputs(
  entry: Entry,
  { feed, zones, cameras, keepFireFrom, commitment }: PermitWatchDefinition,
  known: KnownPoints,
  findings: Findings,
): void {
  checkContacts(
    entry,
    [
      [['feed'], feed],
      ...zones.map(({ guardian }, index) => [['zones', index, 'guardian'], guardian] as const),
      ...[...cameras.values()].map((blind, index) => [['cameras', index, 'blind'], blind] as const),
      ...(commitment?.units?.running ?? []).map((one, index) => [['commitment', 'units', index], one] as const),
      ...keepFireFrom.map(({ on }, index) => [['keepFireFrom', index, 'on'], on] as const),
    ],
    known,
    findings,
  );
  for (const [index, { id: zone, detectors, people, wind, isGuardianLocated }] of zones.entries()) {
    // A zone of headcount tells this point.
    if (isGuardianLocated && !known.points.has(`${zone}.people-stale`))
      findings.errorAt(entry, ['zones', index, 'guardianTag'], {
        what: `headcount has no zone "${zone}"`,
        why: "the guardian's tag is looked for in it",
        todo: 'draw the zone under headcount, or leave guardianTag out',
      });
    for (const [place, { point: id }] of detectors.entries())
      checkInput(
        { entry, path: ['zones', index, 'detectors', place, 'point'], id },
        { why: 'its value is compared with the work limit', isNumber: true },
        known,
        findings,
      );
    if (wind !== undefined)
      checkInput(
        { entry, path: ['zones', index, 'wind'], id: wind },
        { why: 'hot work in the open stops in a strong wind', units: ['m/s'], isNumber: true },
        known,
        findings,
      );
    if (people !== undefined)
      checkInput(
        { entry, path: ['zones', index, 'people'], id: people },
        { why: 'it counts people', isNumber: true },
        known,
        findings,
      );
  }
}
