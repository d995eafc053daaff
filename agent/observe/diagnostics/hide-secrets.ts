import { CENSOR, withoutCredentials } from '../redaction.ts';

/** As the configuration has it: shorter texts are no secrets, and would be found inside of every other word. */
const SHORTEST = 4;

const names =
  'password|passwd|passphrase|pwd|secret|token|api[-_]?key|private[-_]?key|authorization|cookie|credentials?';

/** In quotes, in quotes inside of JSON, or bare; what was cut off has no end. */
const quoted = String.raw`"(?:[^"\\\n]|\\.)*"?|\\"(?:[^"\\\n]|\\[^"\n])*(?:\\")?|'[^'\n]*'?|[^\s,;&"'{}[\]\\]+`;

/**
 * What gives itself away by how it looks, whoever wrote it. A reference (`${env:…}`) says where a secret is and stays.
 * Listed are, in this order: private keys in PEM, also inside JSON; credentials of HTTP; blocks of YAML below a telling
 * name, lines that begin with one, values behind one; tokens of the page; JSON Web Tokens; the code that makes the first account.
 */
const telling: readonly (readonly [pattern: RegExp, hidden: string])[] = [
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*?(?:-----END \1-----|$)/g, CENSOR],
  [/\b(Bearer|Basic|Digest) +(?!\[secret\])[\w+/=.~-]{6,}/g, `$1 ${CENSOR}`],
  [
    new RegExp(
      String.raw`^([ \t]*-?[ \t]*["']?[\w-]*(?:${names})["']?[ \t]*:[ \t]*[|>][-+\d]*[ \t]*\r?\n)(?:([ \t]+).*\r?\n?)+`,
      'gim',
    ),
    `$1$2${CENSOR}\n`,
  ],
  [
    new RegExp(
      String.raw`^([ \t#-]*["']?[\w-]*(?:${names})["']?[ \t]*[:=][ \t]*)(?!["']?(?:\$\{|\[secret\]$)|[ \t|>[{]).+`,
      'gim',
    ),
    `$1${CENSOR}`,
  ],
  [
    new RegExp(
      String.raw`((?:${names})\\?["']?[ \t]*[:=][ \t]*)(?!\\?["']?(?:\$\{|\[secret\]|[|>]))(?:${quoted})`,
      'gi',
    ),
    `$1${CENSOR}`,
  ],
  [/\bfw_[0-9a-f]{12}_[\w-]{32}/g, CENSOR],
  [/(?<![\w-])eyJ[\w-]{8,2000}\.[\w-]{1,4000}\.[\w-]{0,2000}/g, CENSOR],
  [/(setup ?code\W{1,5})[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}/gi, `$1${CENSOR}`],
];

/**
 * Takes secrets out of text that leaves the site: each that is known, as it is and as JSON, addresses and HTTP write it,
 * and whatever looks like one. Rather too much is hidden than too little.
 */
export function secretHider(known: readonly string[]): (text: string) => string {
  const forms = known
    .map((one) => one.trim())
    .filter((one) => one.length >= SHORTEST)
    .flatMap(formsOf);
  // The longest first: one may be the beginning of another.
  const sorted = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  const pattern = sorted.length === 0 ? undefined : new RegExp(sorted.map(literal).join('|'), 'g');
  return (text) => {
    const plain = pattern ? text.replaceAll(pattern, CENSOR) : text;
    return telling.reduce((said, [look, hidden]) => said.replaceAll(look, hidden), withoutCredentials(plain));
  };
}

const formsOf = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
  // Keys and lists are quoted line by line.
  ...secret.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE),
];

const SHORTEST_LINE = 16;

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
