import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readSiteTexts, secretsOfTexts } from '#config/site-texts.ts';
import { journalDirectoryOf, readLastGood } from './run/last-good.ts';
import { version } from './version.ts';

interface DiagnoseOptions {
  readonly json?: true;
}

/** `firewatch diagnose SITE.yaml [FILE]`: everything that helps to find a fault from afar, in one archive without secrets. */
export const command = (program: Command): void => {
  program
    .command('diagnose')
    .description(
      'pack log, configuration, health, metrics, journal status and facts of the box into one archive without secrets',
    )
    .argument('<site>', 'site file (YAML); it may have faults, and the agent may run or not')
    .argument('[file]', 'a new file; default firewatch-diagnostics-TIME.zip here')
    .option('--json', 'print one JSON object')
    .action(diagnose);
};

async function diagnose(path: string, given: string | undefined, { json }: DiagnoseOptions): Promise<void> {
  const [{ makeBundle }, { partsOnDisk }, { drivers: kinds }] = await Promise.all([
    import('#agent/observe/diagnostics/bundle.ts'),
    import('./diagnose/parts-on-disk.ts'),
    import('#drivers/registry.ts'),
  ]);
  const now = Date.now();
  const directory = journalDirectoryOf(path);
  const texts = readSiteTexts(path, process.env);
  const kept = readLastGood(directory)?.texts ?? new Map<string, string>();
  const bundle = await makeBundle({
    parts: partsOnDisk({ path, texts, kinds, directory, now }),
    secrets: [...secretsOfTexts(texts, process.env), ...secretsOfTexts(kept, process.env)],
    now,
    version,
  });
  const file = given ?? `firewatch-diagnostics-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.zip`;
  writeFileSync(file, bundle, { flag: 'wx', mode: 0o600 });
  console.log(
    json
      ? JSON.stringify({ file, bytes: bundle.length })
      : `${file}: ${bundle.length} bytes, readable by you alone; contents.txt in it says what it holds. Secrets are hidden; look through it before you pass it on`,
  );
}
