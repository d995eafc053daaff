import { parseArgs } from 'node:util';
import { slopeOf } from './footprint.ts';
import { judge } from './oracle/verdict.ts';
import { drawPage, quantile, shareWaited } from './page.ts';
import { nameOf } from './plan.ts';
import { prove } from './prove.ts';

/** `npm run prove -- [--minutes N] [--seed N] [--json]`; exit 0 only if everything that must be zero is. */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes >= 0.5) || !Number.isInteger(seed)) {
  process.stderr.write('prove: --minutes takes a number from 0.5, --seed a whole number\n');
  process.exit(2);
}

const run = await prove({
  ms: minutes * 60_000,
  seed,
  onStep: ({ at, forMs, blow }) =>
    process.stderr.write(`${(at / 1000).toFixed(1)} s: ${nameOf(blow)} for ${(forMs / 1000).toFixed(1)} s\n`),
});
const verdict = judge(run.evidence);
const isOk = verdict.ok && run.agentEnds.length === 0;
if (values.json) {
  const result = {
    ...verdict,
    ok: isOk,
    minutes,
    seed,
    blows: run.evidence.done.length,
    agentEnds: run.agentEnds,
    recoveryMs: { p50: quantile(run.recoveryMs, 0.5) ?? null, p95: quantile(run.recoveryMs, 0.95) ?? null },
    shareWaited: shareWaited(run.evidence),
    agent: slopeOf(run.footprints) ?? null,
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} else process.stdout.write(`${drawPage(run, verdict)}\n`);
process.exit(isOk ? 0 : 1);
