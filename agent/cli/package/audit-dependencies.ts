import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dependencyPolicy } from './dependency-policy.ts';
import { judgeDependencies } from './judge-dependencies.ts';

/** `npm run audit:dependencies`: exit 0 only if package.json and package-lock.json are as the policy asks; uses no network. */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));

const findings = judgeDependencies(read('package.json'), read('package-lock.json'), dependencyPolicy);
const { licencesSeen, scriptsSeen } = dependencyPolicy;
for (const { subject, text } of findings) console.log(`FAILED ${subject}: ${text}`);
for (const [id, why] of Object.entries(licencesSeen)) console.log(`licence ${id}: ${why}`);
for (const [id, why] of Object.entries(scriptsSeen)) console.log(`script  ${id}: ${why}`);
console.log(
  `${findings.length} findings on pins, licences, install scripts, sums and origin. Known vulnerabilities stand in no file: where the registry tells them, npm audit --omit=dev`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
