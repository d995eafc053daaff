import path from 'node:path';
import type { Command } from 'commander';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import type { StoredCertificate } from '#drivers/opcua/trust-store.ts';
import { listCertificates, trustCertificate } from '#drivers/opcua/trust-store.ts';

/** `firewatch trust SITE.yaml [SOURCE]`: certificates of OPC UA sources; accepting one is a person's decision. */
export const command = (program: Command): void => {
  program
    .command('trust')
    .description(
      'list the certificates of OPC UA servers that were seen, and accept one after comparing its thumbprint',
    )
    .argument('<site>', 'site file (YAML)')
    .argument('[source]', 'id of the source; default is every OPC UA source')
    .option('--accept <thumbprint>', 'trust this rejected certificate from now on')
    .option('--json', 'print JSON')
    .action(async (site: string, source: string | undefined, flags: { accept?: string; json?: boolean }) => {
      process.exitCode = await trust(site, source, flags);
    });
};

/** An engineer's shell has not the secrets of the service, and no certificate depends on them. */
const withoutSecrets = new Proxy(process.env, { get: (env, name: string) => env[name] || 'not set' });

async function trust(
  site: string,
  source: string | undefined,
  { accept, json }: { readonly accept?: string; readonly json?: boolean },
): Promise<number> {
  const { drivers } = await import('#drivers/registry.ts');
  const loaded = loadSite(site, { kinds: drivers, env: withoutSecrets });
  if (!loaded.ok) {
    for (const finding of loaded.errors) console.error(formatFinding(finding));
    return 1;
  }
  const sources = loaded.config.sources.filter(({ id, kind }) => kind === 'opcua' && (source ?? id) === id);
  if (sources.length === 0) {
    console.error(`${site} has no OPC UA source${source === undefined ? '' : ` ${source}`}`);
    return 2;
  }
  const [only] = sources;
  const stateDirOf = (id: string): string => path.join(loaded.config.journal.directory, 'sources', id);
  if (accept !== undefined) {
    if (!only || sources.length > 1) {
      console.error(`say which source shall trust it: ${sources.map(({ id }) => id).join(', ')}`);
      return 2;
    }
    return acceptOne(stateDirOf(only.id), accept, json ?? false);
  }
  const listed = await Promise.all(
    sources.map(async ({ id }) => ({ source: id, certificates: await listCertificates(stateDirOf(id)) })),
  );
  if (json) console.log(JSON.stringify(listed));
  else for (const { source, certificates } of listed) printSource(site, source, certificates);
  return 0;
}

async function acceptOne(stateDir: string, print: string, json: boolean): Promise<number> {
  try {
    const accepted = await trustCertificate(stateDir, print);
    const { subject, thumbprint } = accepted;
    if (json) console.log(JSON.stringify(accepted));
    else console.log(`trusted: ${subject}, thumbprint ${thumbprint}; the source connects at its next attempt`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

function printSource(site: string, source: string, certificates: readonly StoredCertificate[]): void {
  console.log(source);
  if (certificates.length === 0) console.log('  no certificate yet: run the agent once, so that it sees the server');
  for (const { standing, subject, thumbprint, fingerprint, applicationUri, validTo, file } of certificates) {
    console.log(`  ${standing === 'own' ? 'this agent' : standing}: ${subject}`);
    console.log(`    thumbprint ${thumbprint}`);
    console.log(`    SHA-256    ${fingerprint}`);
    if (applicationUri) console.log(`    URI        ${applicationUri}`);
    console.log(`    valid to   ${new Date(validTo).toISOString()}`);
    console.log(`    file       ${file}`);
    if (standing === 'rejected')
      console.log(`    to trust it: firewatch trust ${site} ${source} --accept ${thumbprint}`);
  }
}
