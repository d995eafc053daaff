import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

const imports = (specifier: string) => `import { a } from '${specifier}';\nexport const x = a;\n`;
const subscribes = 'export const s = (o: { subscribe(f: () => void): void }) => o.subscribe(() => undefined);\n';

/** What may be imported; each must pass the linter. */
const allowed: Record<string, string> = {
  'agent/model/words.ts': 'export const a = 1;\n',
  'agent/model/more-words.ts': imports('./words.ts'),
  'agent/alarms/engine.ts': imports('#agent/model/words.ts'),
  'agent/uplink/options.ts': 'export const a = 1;\n',
  'agent/uplink/transports/mqtt.ts': imports('../options.ts'),
  'agent/ingest/supervise.ts': imports('#drivers/driver.ts'),
  'agent/site.ts': `${imports('#agent/alarms/engine.ts')}${subscribes}`.replace('{ a }', '{ x as a }'),
  'agent/cli/demo.ts': imports('#simulators/plant/tank.ts'),
  'config/schema.ts': 'export const a = 1;\n',
  'drivers/driver.ts': 'export const a = 1;\n',
  'drivers/opcua/driver.ts': `${imports('#agent/model/words.ts')}import { a as b } from '#config/schema.ts';\nexport const y = b;\n`,
  'drivers/opcua/codec.ts': imports('../driver.ts'),
  'simulators/plant/tank.ts': 'export const a = 1;\n',
  'simulators/opcua/server.ts': `${imports('../plant/tank.ts')}import { a as b } from '#agent/model/words.ts';\nexport const y = b;\n`,
  'test/wire.ts': 'export const a = 1;\n',
};

/** What must not be; the name says who would do what. */
const planted: readonly (readonly [string, string, string, string])[] = [
  ['model reads a file', 'agent/model/io.ts', imports('node:fs'), 'no-restricted-imports'],
  ['model uses a package', 'agent/model/rx.ts', imports('rxjs'), 'no-restricted-imports'],
  ['model knows a stage', 'agent/model/up.ts', imports('../alarms/engine.ts'), 'no-restricted-imports'],
  ['config knows a driver', 'config/driver-aware.ts', imports('#drivers/opcua/driver.ts'), 'no-restricted-imports'],
  ['config knows a stage', 'config/stage-aware.ts', imports('#agent/alarms/engine.ts'), 'no-restricted-imports'],
  ['a driver knows a stage', 'drivers/gas/a.ts', imports('#agent/alarms/engine.ts'), 'no-restricted-imports'],
  [
    'a driver knows a stage by path',
    'drivers/gas/b.ts',
    imports('../../agent/alarms/engine.ts'),
    'no-restricted-imports',
  ],
  ['a driver knows a simulator', 'drivers/gas/c.ts', imports('#simulators/plant/tank.ts'), 'no-restricted-imports'],
  ['a simulator knows a driver', 'simulators/gas/a.ts', imports('#drivers/driver.ts'), 'no-restricted-imports'],
  [
    'a simulator knows a driver by path',
    'simulators/gas/b.ts',
    imports('../../drivers/driver.ts'),
    'no-restricted-imports',
  ],
  ['a simulator knows config', 'simulators/gas/c.ts', imports('#config/schema.ts'), 'no-restricted-imports'],
  ['a stage knows another', 'agent/uplink/a.ts', imports('#agent/alarms/engine.ts'), 'no-restricted-imports'],
  ['a stage knows another by path', 'agent/uplink/b.ts', imports('../alarms/engine.ts'), 'no-restricted-imports'],
  [
    'a deep file knows another stage by path',
    'agent/uplink/lanes/c.ts',
    imports('../../alarms/engine.ts'),
    'no-restricted-imports',
  ],
  ['a stage knows the composition root', 'agent/alarms/d.ts', imports('../site.ts'), 'no-restricted-imports'],
  ['a stage knows config', 'agent/journal/e.ts', imports('#config/schema.ts'), 'no-restricted-imports'],
  ['a stage knows a driver', 'agent/journal/f.ts', imports('#drivers/driver.ts'), 'no-restricted-imports'],
  ['ingest knows a certain driver', 'agent/ingest/g.ts', imports('#drivers/opcua/driver.ts'), 'no-restricted-imports'],
  ['the agent imports a test', 'agent/site-run.ts', imports('#test/wire.ts'), 'no-restricted-imports'],
  ['a command imports a test', 'agent/cli/run.ts', imports('#test/wire.ts'), 'no-restricted-imports'],
  ['a stage subscribes', 'agent/uplink/h.ts', subscribes, 'no-restricted-properties'],
  ['a command subscribes', 'agent/cli/check.ts', subscribes, 'no-restricted-properties'],
  ['a file imports itself round a corner', 'drivers/gas/round.ts', imports('./corner.ts'), 'no-cycle'],
  ['and by its alias', 'drivers/gas/corner.ts', imports('#drivers/gas/round.ts').replace('x =', 'a ='), 'no-cycle'],
];

interface Finding {
  readonly code: string;
  readonly filename: string;
}

async function lint(directory: string): Promise<readonly Finding[]> {
  const run = promisify(execFile);
  const args = ['--deny-warnings', '--format', 'json'];
  const { stdout } = await run(join(root, 'node_modules/.bin/oxlint'), args, { cwd: directory }).catch(
    // Exit 1 means findings; they are on stdout all the same.
    (error: { stdout: string }) => error,
  );
  return (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics;
}

describe('the linter', () => {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-boundaries-'));
  let findings: readonly Finding[] = [];

  beforeAll(async () => {
    for (const file of ['.oxlintrc.json', 'package.json', 'tsconfig.json'])
      cpSync(join(root, file), join(directory, file));
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    const files = [...Object.entries(allowed), ...planted.map(([, path, text]) => [path, text] as const)];
    for (const [path, text] of files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    findings = await lint(directory);
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(planted)('stops a change in which %s', (_, path, __, rule) => {
    const found = findings.filter((finding) => finding.filename === path).map((finding) => finding.code);
    expect(found).toContainEqual(expect.stringContaining(`(${rule})`));
  });

  it('lets through what the architecture allows', () => {
    expect(findings.filter((finding) => finding.filename in allowed)).toEqual([]);
  });

  it('has a rule for every folder of the agent, and none that a later one replaces in silence', () => {
    const config = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as {
      overrides: { files: string[]; rules: Record<string, unknown> }[];
    };
    const scoped = config.overrides
      .filter((override) => Array.isArray(override.rules['no-restricted-imports']))
      .flatMap((override) => override.files);
    expect(scoped).toEqual([...new Set(scoped)]);
    const folders = readdirSync(join(root, 'agent'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.length).toBeGreaterThan(3);
    for (const folder of folders) expect(scoped).toContain(`agent/${folder.name}/**`);
  });
});
