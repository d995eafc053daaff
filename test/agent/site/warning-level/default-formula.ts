import type { WarningFormula } from '#agent/model/warning-level.ts';
import { readFormula } from '#config/derived/warning-level/formula.ts';
import { Findings } from '#config/findings.ts';
import { References } from '#config/follow-references.ts';
import { readSourceText } from '#config/source-text.ts';

/** The formula that comes with Firewatch. */
export function defaultFormula(): WarningFormula {
  const findings = new Findings();
  const read = readFormula(undefined, '/', {
    findings,
    references: new References({}, findings),
    readText: readSourceText,
  });
  if (!('formula' in read)) throw new Error(JSON.stringify(findings.errors([])));
  return read.formula;
}
