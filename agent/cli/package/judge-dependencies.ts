import { z } from 'zod';

export interface DependencyPolicy {
  /** SPDX expressions, as packages state them, that any package may have. */
  readonly licences: readonly string[];
  /**
   * Licence of each tool that tests and builds alone use, by name; that of its packages for other platforms (`name-…`)
   * too. What the page is made of is locked as such a tool and yet shipped, so nothing of it may stand here.
   */
  readonly licencesOfTools: Readonly<Record<string, string>>;
  /** `name@version` whose licence somebody read, and why it will do. */
  readonly licencesSeen: Readonly<Record<string, string>>;
  /** `name@version` whose install script somebody read, and what it does. */
  readonly scriptsSeen: Readonly<Record<string, string>>;
}

export interface DependencyFinding {
  /** `name@version`, or what of package.json it is about. */
  readonly subject: string;
  /** What is wrong, and what to do. */
  readonly text: string;
}

const ranges = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({ dependencies: ranges, devDependencies: ranges });
const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      dev: z.boolean().optional(),
      license: z.string().optional(),
      deprecated: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
type Locked = z.infer<typeof lockSchema>['packages'][string];

/**
 * What package.json and package-lock.json have that the policy does not: versions that are no exact pins, packages without
 * a SHA-512 or from elsewhere than a registry, licences and install scripts that nobody accepted, packages given up by
 * their authors. Known vulnerabilities stand in neither file. Throws where a file is not such a file.
 */
export function judgeDependencies(
  manifest: unknown,
  lock: unknown,
  policy: DependencyPolicy,
): readonly DependencyFinding[] {
  const { dependencies, devDependencies } = manifestSchema.parse(manifest);
  const { '': _project, ...packages } = lockSchema.parse(lock).packages;
  const locked = Object.entries(packages).map(([path, entry]) => ({ ...entry, id: idOf(path, entry) }));
  const pins = Object.entries({ ...dependencies, ...devDependencies }).flatMap(([name, range]) =>
    /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range)
      ? []
      : [{ subject: name, text: `"${range}" in package.json is no exact version: npm install --save-exact ${name}` }],
  );
  const found = locked.flatMap((entry) =>
    faultsOf(entry, entry.id, policy).map((text) => ({ subject: entry.id, text })),
  );
  const ids = new Set(locked.map(({ id }) => id));
  const gone = Object.keys({ ...policy.licencesSeen, ...policy.scriptsSeen })
    .filter((id) => !ids.has(id))
    .map((subject) => ({ subject, text: 'was looked at and is no longer locked: take it out of the policy' }));
  return unique([...pins, ...found, ...gone]);
}

/** Whether tests and builds alone use it, under the licence that was accepted for that. */
const isAcceptedTool = ({ dev, license }: Locked, id: string, tools: DependencyPolicy['licencesOfTools']): boolean =>
  dev === true &&
  Object.entries(tools).some(
    ([name, licence]) => licence === license && (id.startsWith(`${name}@`) || id.startsWith(`${name}-`)),
  );

const idOf = (path: string, { name, version }: Locked): string =>
  `${name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version ?? '?'}`;

function faultsOf(entry: Locked, id: string, policy: DependencyPolicy): readonly string[] {
  const { license = 'not stated', integrity = '', resolved, deprecated } = entry;
  const faults: readonly (readonly [boolean, string])[] = [
    [
      !policy.licences.includes(license) &&
        !(id in policy.licencesSeen) &&
        !isAcceptedTool(entry, id, policy.licencesOfTools),
      `licence ${license} is not accepted: read it, then put it into the policy with why, or do without the package`,
    ],
    [
      entry.hasInstallScript === true && !(id in policy.scriptsSeen),
      'runs a script when it is installed: read it, then put it into the policy with what it does, or do without the package',
    ],
    [!integrity.startsWith('sha512-'), 'has no SHA-512 in package-lock.json: remove it there and run npm install'],
    [
      entry.link === true || (resolved !== undefined && !/^https:\/\/[^/]+\/.*\/-\/[^/]+\.tgz$/.test(resolved)),
      `does not come from a registry (${resolved ?? 'a link'}): take a published version`,
    ],
    [deprecated !== undefined, `was given up by its authors (${deprecated}): take what they name in its place`],
  ];
  return faults.filter(([isFault]) => isFault).map(([, text]) => text);
}

/** A package may be locked at several places. */
const unique = (findings: readonly DependencyFinding[]): readonly DependencyFinding[] => [
  ...new Map(findings.map((finding) => [`${finding.subject} ${finding.text}`, finding])).values(),
];
