import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { workKinds } from '#agent/model/permit.ts';
import { warningInputKinds } from '#agent/model/warning-level.ts';
import type { WarningFormula } from '#agent/model/warning-level.ts';
import { text } from '../../alarm-schema.ts';
import { checkEntry } from '../../check-entry.ts';
import type { Reading } from '../../check-entry.ts';
import { duration, LONGEST_TIMER_MS } from '../../duration.ts';
import { refuse } from '../../fault.ts';
import type { Fault } from '../../fault.ts';
import { Findings, formatFinding } from '../../findings.ts';
import { References } from '../../follow-references.ts';
import { formOf } from '../../schema-shape.ts';
import { readSourceText } from '../../source-text.ts';
import { parseYaml } from '../../yaml-file.ts';

const weight = (description: string) => z.number().min(0).max(1000).meta({ description });
const factor = (description: string) => z.number().min(0).max(10).meta({ description });

const input = z.strictObject({
  from: weight('units that add nothing'),
  each: weight('what each further unit adds; true counts as one unit'),
  most: weight('what the kind adds to a place at most'),
});

/** A formula of the site's own warning. */
export const formulaSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/)
      .meta({ description: 'named with every change of a colour' }),
    version: z.int().min(1).meta({ description: 'one more with every change of the file' }),
    title: text('what it is'),
    alarms: z.strictObject({
      critical: weight('an alarm of this priority adds'),
      high: weight('an alarm of this priority adds'),
      medium: weight('an alarm of this priority adds'),
      low: weight('an alarm of this priority adds'),
      most: weight('what all alarms of a place add at most'),
      statutory: factor('times this for an alarm of a statutory role'),
      acknowledged: factor('times this once it is acknowledged'),
      returned: factor('times this once its process is normal and somebody has still to acknowledge or reset it'),
      overlay: z.strictObject({
        shelved: factor('times this while it is shelved'),
        suppressed: factor('times this while it is suppressed by design'),
        'out-of-service': factor('times this while it is out of service'),
      }),
    }),
    inputs: z.record(z.enum(warningInputKinds), input),
    permits: z.strictObject({
      each: weight('work under a permit adds, where byWork does not say'),
      most: weight('what all permits of a place add at most'),
      byWork: z.partialRecord(z.enum(workKinds), weight('work of this kind adds')).prefault({}),
    }),
    steps: z
      .strictObject({
        yellow: weight('score from which on it is yellow'),
        orange: weight('score from which on it is orange'),
        red: weight('score from which on it is red'),
      })
      .superRefine(({ yellow, orange, red }, context) => {
        if (yellow > 0 && yellow < orange && orange < red) return;
        refuse(context, {
          what: `the steps ${yellow}, ${orange}, ${red} do not rise`,
          why: 'each colour begins above the one before, and blue below the first',
          todo: 'put them in order',
        });
      }),
    lower: z.strictObject({
      margin: weight('a colour is lowered when the score is this far below its step'),
      after: duration({ max: LONGEST_TIMER_MS }).meta({ description: '… for this long' }),
    }),
  })
  .meta({ description: "a formula of the site's own dynamic warning" });

const form = formOf(formulaSchema);

/** The formula that is taken where a site names none. */
const defaultFile = fileURLToPath(new URL('./site-dynamic-1.yaml', import.meta.url));

/**
 * Reads a formula and reports its faults at their place in its own file.
 *
 * @param path of the site's own file; absent: the default
 */
export function readFormula(
  path: string | undefined,
  directory: string,
  reading: Reading,
): { readonly formula: WarningFormula } | { readonly fault: Fault | undefined } {
  const file = path === undefined ? defaultFile : resolve(directory, path);
  const text = reading.readText(file);
  if (!text.ok) return { fault: { ...text.fault, what: `${path ?? file}: ${text.fault.what}` } };
  const shown = path === undefined ? 'config/derived/warning-level/site-dynamic-1.yaml' : join(path);
  const entry = parseYaml(text.text, { shown, directory: dirname(file) }, reading.findings);
  const read = entry && checkEntry(form, entry, reading);
  if (!read) return { fault: undefined };
  const { lower, permits, ...rest } = read;
  const byWork = Object.fromEntries(Object.entries(permits.byWork).filter(([, amount]) => amount !== undefined));
  return {
    formula: { ...rest, permits: { ...permits, byWork }, lower: { margin: lower.margin, afterMs: lower.after } },
  };
}

/** A formula that no site names yet, for commands. */
export function loadFormula(
  file: string,
  shown: string,
): { readonly formula: WarningFormula } | { readonly faults: readonly string[] } {
  const findings = new Findings();
  const reading = { findings, references: new References({}, findings), readText: readSourceText };
  const read = readFormula(file, dirname(file), reading);
  if ('formula' in read) return read;
  if (read.fault) return { faults: [`${shown}: ${[read.fault.what, read.fault.why, read.fault.todo].join('; ')}`] };
  return { faults: findings.errors([]).map(formatFinding) };
}
