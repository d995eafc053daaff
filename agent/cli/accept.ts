import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { readHeartbeat } from '#agent/observe/heartbeat.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { ownBoxKey, readBoxKey } from './accept/box-key.ts';
import type { BoxKey } from './accept/box-key.ts';
import { countOf, isAccepted } from './accept/outcome.ts';
import type { Acceptance } from './accept/outcome.ts';
import { printPdf } from './accept/print-pdf.ts';
import { createProgress } from './accept/progress.ts';
import { reportHtml } from './accept/report-html.ts';
import { runAcceptance } from './accept/run-acceptance.ts';
import { fingerprintOfKey, signBytes, withSignature } from './accept/signature.ts';
import { verifyReport } from './accept/verify-report.ts';
import { milliseconds } from './milliseconds.ts';

interface AcceptOptions {
  readonly out?: string;
  readonly by?: string;
  readonly key?: string;
  readonly within: number;
  readonly confirm: ReadonlyMap<string, string>;
  readonly json?: true;
}

/** `firewatch accept SITE.yaml`: the acceptance run of a site; exit 0 only if all of it passed. */
export const command = (program: Command): void => {
  const accept = program
    .command('accept')
    .description(
      'the acceptance run: every point read, every alarm exercised, every receiver acknowledged, a signed report',
    )
    .argument('<site>', 'site file (YAML)')
    .option('--out <folder>', 'where report and journals of this run go; default: acceptance-SITE-TIME here')
    .option('--by <name>', 'who runs it, for the report')
    .option('--key <file>', "private key that signs, Ed25519 or SM2 in PEM; default: the box's own, beside the journal")
    .option('--within <duration>', 'longest time for reading, and for each acknowledgement', milliseconds, 30_000)
    .option(
      '--confirm <subject=words>',
      'of what the run can not see: what a person saw and who; may be repeated',
      confirmation,
      new Map(),
    )
    .option('--json', 'print the result as one JSON object; progress goes to standard error')
    .action(run);
  accept
    .command('verify')
    .description('tell whether a report (HTML, or PDF with its .sig) is as it was signed, and by which key')
    .argument('<report>', 'file')
    .option('--key <file>', 'public key in PEM that must have signed it')
    .option('--json', 'print one JSON object')
    .action(verify);
};

async function run(path: string, options: AcceptOptions): Promise<void> {
  const loaded = loadSite(path, { kinds: drivers });
  if (!loaded.ok) {
    for (const error of loaded.errors) console.error(formatFinding(error));
    console.error(`accept: ${path} has ${loaded.errorCount} errors; nothing was tried`);
    process.exitCode = 1;
    return;
  }
  const { config, warnings } = loaded;
  const beat = readHeartbeat(config.journal.directory, Date.now());
  if (beat.isAlive)
    throw new Error(
      `accept: ${beat.text} on this site; stop it first, devices and receivers may serve one client only`,
    );
  const key = options.key === undefined ? ownBoxKey(config.journal.directory) : readBoxKey(options.key);
  const directory = resolve(options.out ?? `acceptance-${config.site.id}-${stamp(Date.now())}`);
  if (existsSync(directory)) throw new Error(`accept: ${directory} exists already; name another folder with --out`);
  mkdirSync(directory, { recursive: true });
  const tell = createProgress((line) => (options.json ? console.error(line) : console.log(line)));
  const { within: withinMs, by } = options;
  const acceptance = await runAcceptance({
    path,
    config,
    warnings,
    drivers,
    directory: join(directory, 'journal'),
    withinMs,
    confirmations: options.confirm,
    ...(by !== undefined && { by }),
    tell,
  });
  const files = await writeReport(acceptance, directory, key);
  const ok = isAccepted(acceptance);
  if (options.json) console.log(JSON.stringify({ ok, ...acceptance, report: files }));
  else for (const line of closing(acceptance, files, fingerprintOfKey(key.open))) console.log(line);
  process.exitCode = ok ? 0 : 1;
  // Whatever still holds the process then, no device may keep the answer from ending.
  setTimeout(() => process.exit(), Math.max(...drivers.map(({ releaseWithinMs }) => releaseWithinMs))).unref();
}

function confirmation(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('Expected SUBJECT=WORDS, e.g. box="time compared with a phone, Li Wei".');
  return new Map([...before, [text.slice(0, at), text.slice(at + 1)]]);
}

/** `20261128-1049`, UTC. */
const stamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 13);

/** The files that were written, the page first. */
async function writeReport(acceptance: Acceptance, directory: string, key: BoxKey): Promise<readonly string[]> {
  const html = join(directory, 'report.html');
  const json = join(directory, 'report.json');
  const pdf = join(directory, 'report.pdf');
  const page = withSignature(reportHtml(acceptance, fingerprintOfKey(key.open)), key);
  writeFileSync(html, page, { flush: true });
  writeFileSync(json, `${JSON.stringify(acceptance, undefined, 2)}\n`);
  writeFileSync(`${json}.sig`, JSON.stringify(signBytes(readFileSync(json), key)));
  writeFileSync(join(directory, 'public-key.pem'), key.open);
  if (!(await printPdf(html, pdf))) return [html, json];
  writeFileSync(`${pdf}.sig`, JSON.stringify(signBytes(readFileSync(pdf), key)));
  return [html, pdf, json];
}

function closing(acceptance: Acceptance, files: readonly string[], fingerprint: string): readonly string[] {
  const checks = acceptance.parts.flatMap((part) => part.checks);
  const [good, wrong, open] = (['passed', 'failed', 'by-hand'] as const).map((verdict) => countOf(checks, verdict));
  const loops = acceptance.parts.filter(({ name }) => name === 'loops').flatMap((part) => part.checks);
  const apart = countOf(loops, 'not-checked');
  return [
    '',
    `${isAccepted(acceptance) ? 'ACCEPTED 验收合格' : 'NOT ACCEPTED 验收未通过'}: ${good} passed, ${wrong} failed, ${open} to be confirmed by hand`,
    ...(apart > 0 ? [`未与仪表比对的测点 · points not compared with their instruments: ${apart}`] : []),
    ...files.map((file) => `report: ${file}`),
    `signed with key ${fingerprint}; check it: firewatch accept verify ${files[0] ?? ''}`,
    ...(files.some((file) => file.endsWith('.pdf'))
      ? []
      : ['no Chromium here for a PDF: print the page from any browser']),
  ];
}

function verify(report: string, options: { readonly key?: string; readonly json?: true }): void {
  const answer = verifyReport(report, options.key);
  if (options.json) console.log(JSON.stringify(answer));
  else console.log(answer.text);
  process.exitCode = answer.ok ? 0 : 1;
}
