import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { holdSecret } from '#config/secret.ts';
import type { OpcuaOptions } from '#drivers/opcua/schema.ts';

/** What the command line says of the server. */
export interface TargetFlags {
  readonly site?: string;
  readonly source: string;
  readonly rate: number;
  readonly mode: string;
  readonly policy?: string;
  readonly user?: string;
  readonly fingerprint?: string;
}

/** A server to browse, and where the certificates are that it knows us by. */
export interface BrowseTarget {
  readonly options: OpcuaOptions;
  readonly stateDir: string;
  readonly howToTrust: (thumbprint: string, fingerprint: string) => string;
  readonly dispose: () => void;
}

/** The server of a source of a site, or the one at the URL. A text says what is wrong with the command. */
export const browseTarget = (url: string | undefined, flags: TargetFlags): Promise<BrowseTarget | string> =>
  flags.site === undefined ? targetOfUrl(url, flags) : targetOfSite(flags.site, url, flags);

/** A certificate made for one browsing is known to no server and gone afterwards. */
async function targetOfUrl(url: string | undefined, flags: TargetFlags): Promise<BrowseTarget | string> {
  if (url === undefined) return 'say which server: opc.tcp://host:port, or --site SITE.yaml --source ID';
  const { optionsSchema } = await import('#drivers/opcua/schema.ts');
  const { mode, policy, fingerprint: serverFingerprint, user: name } = flags;
  const password = holdSecret('${env:OPCUA_PASSWORD}', () => process.env['OPCUA_PASSWORD'] ?? '');
  const parsed = optionsSchema.safeParse({
    endpoint: url,
    requestsPerSecond: flags.rate,
    security: { mode, ...(policy && { policy }), ...(serverFingerprint && { serverFingerprint }) },
    ...(name && { user: { name, password } }),
  });
  if (!parsed.success)
    return parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n');
  const stateDir = mkdtempSync(join(tmpdir(), 'firewatch-browse-'));
  return {
    options: parsed.data,
    stateDir,
    howToTrust: (_thumbprint, fingerprint) => `browse again with --fingerprint ${fingerprint}`,
    dispose: () => rmSync(stateDir, { recursive: true, force: true }),
  };
}

async function targetOfSite(site: string, url: string | undefined, flags: TargetFlags): Promise<BrowseTarget | string> {
  const { drivers } = await import('#drivers/registry.ts');
  const loaded = loadSite(site, { kinds: drivers, env: process.env });
  if (!loaded.ok) return loaded.errors.map(formatFinding).join('\n');
  const source = loaded.config.sources.find(({ id, kind }) => kind === 'opcua' && id === flags.source);
  if (!source) return `${site} has no OPC UA source ${flags.source}; name one with --source`;
  const { optionsSchema } = await import('#drivers/opcua/schema.ts');
  const configured = source.options as ReturnType<typeof optionsSchema.parse>;
  const stateDir = join(loaded.config.journal.directory, 'sources', source.id);
  mkdirSync(stateDir, { recursive: true });
  return {
    options: { ...configured, endpoint: url ?? configured.endpoint, requestsPerSecond: flags.rate },
    stateDir,
    howToTrust: (thumbprint) => `run: firewatch trust ${site} ${source.id} --accept ${thumbprint}`,
    dispose: () => {},
  };
}
