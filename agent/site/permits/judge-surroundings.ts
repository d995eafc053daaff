import { neverRead } from '../shell/contact.ts';
import type { ContactReading } from '../shell/contact.ts';
import type { Text } from '#agent/model/alarm.ts';
import type { PointId, ZoneId } from '#agent/model/ids.ts';
import type { PermitWatchDefinition, PermitZone } from '#agent/model/permit-watch.ts';
import { workTexts } from '#agent/model/permit.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import type { Quality } from '#agent/model/quality.ts';
import { ruleNumber } from '#agent/model/standard-rule.ts';
import type { GasVerdict, RuleOf } from './gas-limit.ts';
import { judgeWind } from './judge-wind.ts';
import type { Violation } from './violation.ts';

/** An id, the same in every language. */
const alike = (id: string): Text => ({ zh: id, en: id });

/** What is known of the places of work now. */
export interface Surroundings {
  readonly contact: (point: PointId) => ContactReading;
  readonly gas: (point: PointId) => GasVerdict | undefined;
  /** How good the last value of a detector is; undefined where it was never read. */
  readonly quality: (point: PointId) => Quality | undefined;
  /** Whether the system that tells permits answers; true where nobody tells. */
  readonly isFeedUp: boolean | undefined;
  /** Any permit that is known, ended and deleted ones among them. */
  readonly ticket: (id: string) => PermitFact | undefined;
  /** A good number: people, wind; undefined while it is not known. */
  readonly number: (point: PointId) => number | undefined;
  /** Whether a person of a permit is in a zone, by tag; undefined while it is not known. */
  readonly isIn: (person: string, zone: ZoneId) => boolean | undefined;
  /** Every permit whose work goes on. */
  readonly active: readonly PermitFact[];
}

/** What the zone says against work that goes on: gas, guardian, people, cameras, other work. */
export function judgeSurroundings(
  permit: PermitFact,
  zone: PermitZone | undefined,
  definition: PermitWatchDefinition,
  { around, ruleOf }: { readonly around: Surroundings; readonly ruleOf: RuleOf },
): readonly Violation[] {
  const cameras = judgeCameras(permit, definition, around, ruleOf);
  if (!zone)
    return [
      {
        kind: 'zone-unknown',
        why: permit.zone === undefined ? { zh: '作业票未写区域', en: 'the ticket has none' } : alike(permit.zone),
      },
      ...cameras,
    ];
  return [
    ...cameras,
    ...judgeDetectors(permit, zone, around),
    ...judgeGuardian(zone, around),
    ...judgeGuardianTag(permit, zone, around),
    ...judgeHeads(permit, zone, around, ruleOf),
    ...judgeWind(permit, zone, around, ruleOf),
    ...judgeOthers(permit, zone, definition, around),
  ];
}

function judgeCameras(
  { work, grade, cameras }: PermitFact,
  { cameras: contacts }: PermitWatchDefinition,
  { contact }: Surroundings,
  ruleOf: RuleOf,
): readonly Violation[] {
  const rule = work === 'hot-work' && grade === 0 ? ruleOf('special-work.video.special-hot-work') : undefined;
  if (cameras.length === 0)
    return rule?.value === true
      ? [{ kind: 'camera-missing', why: { zh: '作业票未指定', en: 'the ticket names none' }, rule }]
      : [];
  return cameras.flatMap((camera): Violation[] => {
    const blind = contacts.get(camera);
    const isBlind = (blind ? contact(blind.point) : neverRead()).isOn;
    if (isBlind === false) return [];
    return isBlind === true
      ? [{ kind: 'camera-blind', subject: camera, why: alike(camera), rule }]
      : [
          {
            kind: 'camera-unjudged',
            subject: camera,
            why: blind ? alike(camera) : { zh: `${camera} 未配置`, en: `${camera} is not configured` },
            rule,
          },
        ];
  });
}

function judgeDetectors({ work }: PermitFact, { detectors }: PermitZone, { gas }: Surroundings): readonly Violation[] {
  if (work !== 'hot-work' && work !== 'confined-space') return [];
  return detectors.flatMap(({ point }): Violation[] => {
    const live = gas(point);
    if (!live)
      return [
        { kind: 'detector-unjudged', subject: point, why: { zh: `${point} 从未读到`, en: `${point} was never read` } },
      ];
    const { is, why, rule } = live;
    if (is === 'within') return [];
    return [
      {
        kind: is === 'beyond' ? 'detector-over-limit' : 'detector-unjudged',
        subject: point,
        why: { zh: `${point}：${why.zh}`, en: `${point}: ${why.en}` },
        rule,
      },
    ];
  });
}

function judgeGuardian({ guardian }: PermitZone, { contact }: Surroundings): readonly Violation[] {
  if (!guardian) return [];
  const { isOn, quality } = contact(guardian.point);
  if (isOn === true) return [];
  return isOn === false
    ? [{ kind: 'guardian-away', why: { zh: `据 ${guardian.point}`, en: `${guardian.point} says so` } }]
    : [
        {
          kind: 'guardian-unjudged',
          why: {
            zh: `${guardian.point}：${quality.reason ?? '不明'}`,
            en: `${guardian.point}: ${quality.reason ?? 'unknown'}`,
          },
        },
      ];
}

/** One guardian who is there is enough. */
function judgeGuardianTag(
  { people }: PermitFact,
  { id, isGuardianLocated }: PermitZone,
  { isIn }: Surroundings,
): readonly Violation[] {
  const guardians = people.filter(({ role }) => role === 'guardian').map(({ person }) => person);
  if (!isGuardianLocated || guardians.length === 0) return [];
  const places = guardians.map((person) => isIn(person, id));
  if (places.includes(true)) return [];
  const who = guardians.join(', ');
  return places.every((place) => place === false)
    ? [
        {
          kind: 'guardian-away',
          subject: 'tag',
          people: guardians,
          why: { zh: `${who} 定位不在 ${id}`, en: `the tag of ${who} is not in ${id}` },
        },
      ]
    : [
        {
          kind: 'guardian-unjudged',
          subject: 'tag',
          people: guardians,
          why: { zh: `收不到 ${who} 的定位`, en: `no tag of ${who} is heard` },
        },
      ];
}

function judgeHeads(
  permit: PermitFact,
  zone: PermitZone,
  { number }: Surroundings,
  ruleOf: RuleOf,
): readonly Violation[] {
  const rule = permit.work === 'maintenance' ? ruleOf('headcount.maintenance-area') : undefined;
  const limits = [permit.mostPeople, ruleNumber(rule)].filter((limit) => limit !== undefined);
  if (limits.length === 0) return [];
  const most = Math.min(...limits);
  const count = zone.people && number(zone.people);
  if (count === undefined)
    return [{ kind: 'people-unjudged', why: { zh: `最多允许 ${most} 人`, en: `at most ${most} may be here` }, rule }];
  return count > most
    ? [{ kind: 'too-many-people', why: { zh: `${count} 人，最多 ${most} 人`, en: `${count}, at most ${most}` }, rule }]
    : [];
}

function judgeOthers(
  permit: PermitFact,
  zone: PermitZone,
  { simops, zones }: PermitWatchDefinition,
  { active }: Surroundings,
): readonly Violation[] {
  const near = new Set([
    zone.id,
    ...zone.neighbours,
    ...zones.filter(({ neighbours }) => neighbours.includes(zone.id)).map(({ id }) => id),
  ]);
  return active
    .filter((other) => other.id !== permit.id && other.zone !== undefined && near.has(other.zone))
    .filter(({ work }) =>
      simops.some(([one, two]) => (one === permit.work && two === work) || (two === permit.work && one === work)),
    )
    .map((other): Violation => ({
      kind: 'simultaneous-work',
      subject: other.id,
      why: {
        zh: `${other.id}，${workTexts[other.work].zh}，${other.zone}`,
        en: `${other.id}, ${other.work} in ${other.zone}`,
      },
    }));
}
