import type { Text } from '#agent/model/alarm.ts';
import { pointId, zoneId } from '#agent/model/ids.ts';
import { faultsOf, lightningDefaults } from '#agent/model/lightning.ts';
import type {
  LightningAdvice,
  LightningDefinition,
  LightningFault,
  LightningInput,
  RaisedTier,
} from '#agent/model/lightning.ts';
import { checkEntry } from '../../check-entry.ts';
import type { Reading } from '../../check-entry.ts';
import { isKnownAdvice, knownAdvice, lightningSchema } from './schema.ts';
import type { AdviceText, LightningText } from './schema.ts';
import type { Entry, Path } from '../../place.ts';
import { formOf } from '../../schema-shape.ts';

/** One watch that could be read. */
export interface ReadLightning {
  readonly entry: Entry;
  readonly text: LightningText;
  readonly definition: LightningDefinition;
}

const form = formOf(lightningSchema);

/** Undefined when its keys have faults; those of the whole are reported too. */
export function readLightning(entry: Entry, reading: Reading): ReadLightning | undefined {
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  const definition = definitionOf(text);
  for (const fault of faultsOf(definition)) reading.findings.errorAt(entry, placeOf(fault), fault);
  for (const [index, input] of text.inputs.entries())
    if (input.kind === 'field' && !input.tiers)
      reading.findings.warnAt(entry, ['inputs', index], {
        what: `the limits of ${input.point} are the defaults ${lightningDefaults.fieldTiers.join(', ')} kV/m`,
        why: 'no standard gives limits, and the place of a mill changes its reading severalfold',
        todo: 'decide for this site, and write "tiers"',
      });
  return { entry, text, definition };
}

const definitionOf = ({ id, inputs, raiseAfter, hold, advice }: LightningText): LightningDefinition => ({
  id: `lightning/${id}`,
  inputs: inputs.map(inputOf),
  tierPoint: pointId(`${id}.tier`),
  holdPoint: pointId(`${id}.hold-left`),
  advice: advice.map((one) => adviceOf(id, one)),
  raiseAfterMs: raiseAfter,
  clearAfterMs: hold,
  repeatMs: lightningDefaults.repeatMs,
});

function inputOf(input: LightningText['inputs'][number]): LightningInput {
  const point = pointId(input.point);
  if (input.kind === 'level') return { ...input, point };
  if (input.kind === 'field') return { ...input, point, tiers: input.tiers ?? lightningDefaults.fieldTiers };
  const { within, ...rest } = input;
  return { ...rest, point, withinMs: within };
}

function adviceOf(watch: string, { id, zones, ...given }: AdviceText): LightningAdvice {
  const known: { readonly fromTier: RaisedTier; readonly text: Text } = isKnownAdvice(id)
    ? knownAdvice[id]
    : { fromTier: 3, text: { zh: id, en: id } };
  return {
    point: pointId(`${watch}.${id}`),
    fromTier: given.fromTier ?? known.fromTier,
    zones: zones.map(zoneId),
    text: given.text ?? known.text,
  };
}

/** Where the YAML says what the definition has. */
function placeOf({ of, index }: LightningFault): Path {
  const keys = { inputs: 'inputs', advice: 'advice', clearAfterMs: 'hold', raiseAfterMs: 'raiseAfter', repeatMs: '' };
  return [...(keys[of] ? [keys[of]] : []), ...(index === undefined ? [] : [index])];
}
