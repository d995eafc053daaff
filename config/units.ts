import type { PointKind } from '#agent/model/point.ts';
import type { Fault } from './fault.ts';
import { nearest } from './nearest.ts';

/**
 * Units by kind, as Chinese plants write them. Kinds that are absent here (`number`, `quantity`) take any unit, or none;
 * `state` and `text` have none.
 */
const unitsOf: Partial<Record<PointKind, readonly string[]>> = {
  temperature: words('°C K °F'),
  pressure: words(`Pa hPa kPa MPa bar mbar psi mmHg mmH2O mmH₂O kgf/cm2 kgf/cm² atm
    PaG kPaG MPaG barG barg kPaA MPaA barA bara psig psia
    Pa(g) kPa(g) MPa(g) bar(g) kPa(G) MPa(G) kPa(a) MPa(a) bar(a) kPa(A) MPa(A)`),
  level: words('% m cm mm'),
  flow: words(`m³/h m3/h Nm³/h Nm3/h kg/h t/h L/h L/min L/s mL/min NL/min m³/min m3/min Nm³/min Nm3/min
    m³/s m3/s m³/d m3/d kg/min kg/s t/d %`),
  speed: words('rpm r/min r/s m/s km/h Hz %'),
  power: words('W kW MW VA kVA MVA var kvar Mvar'),
  vibration: words('mm/s µm μm um mm m/s² m/s2 mm/s² mm/s2 g'),
  position: words('% mm cm m ° deg'),
  concentration: words(`% ppm ppb mg/L g/L mol/L mg/m³ mg/m3 g/m³ g/m3 kg/m³ kg/m3 g/cm³ g/cm3
    %vol %VOL %v/v %w/w wt% vol% mol% pH µS/cm μS/cm uS/cm mS/cm`),
  'gas-combustible': words('%LEL ppm %vol %VOL LEL·m LEL.m ppm·m ppm.m'),
  'gas-toxic': words('ppm ppb mg/m³ mg/m3 µmol/mol μmol/mol umol/mol'),
  oxygen: words('%vol %VOL % ppm'),
  'electric-field': words('kV/m V/m'),
};

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}

const allUnits = new Set(Object.values(unitsOf).flat());

/** The one-character ℃ and ℉ of Chinese keyboards become °C and °F: receivers compare units as text. */
export const normaliseUnit = (unit: string): string => unit.trim().replaceAll('℃', '°C').replaceAll('℉', '°F');

export type UnitVerdict =
  | { readonly verdict: 'good' }
  | { readonly verdict: 'error' | 'warning'; readonly fault: Fault };

/** Whether a unit fits what is measured. An unheard-of unit is only a warning: plants have units of their own. */
export function judgeUnit(kind: PointKind, unit: string | undefined): UnitVerdict {
  if (kind === 'state' || kind === 'text')
    return unit === undefined || unit === ''
      ? { verdict: 'good' }
      : error(`unit "${unit}" on a ${kind}`, `a ${kind} has no unit`, 'delete the unit, or correct the kind');
  const known = unitsOf[kind];
  if (!known || (unit !== undefined && known.includes(normaliseUnit(unit)))) return { verdict: 'good' };
  const allowed = `a ${kind} is measured in ${known.slice(0, 6).join(', ')}${known.length > 6 ? ', …' : ''}`;
  if (unit === undefined || unit === '')
    return error('the unit is missing', `${allowed}; a number without its unit can not be trusted`, 'add "unit"');
  if (allUnits.has(normaliseUnit(unit)))
    return error(`unit "${unit}" does not fit kind "${kind}"`, allowed, 'correct the unit or the kind');
  const meant = nearest(unit, known);
  return {
    verdict: 'warning',
    fault: {
      what: `unit "${unit}" is not known for kind "${kind}"`,
      why: allowed,
      todo: meant === undefined ? 'check it' : `did you mean "${meant}"?`,
    },
  };
}

const error = (what: string, why: string, todo: string): UnitVerdict => ({
  verdict: 'error',
  fault: { what, why, todo },
});
