/** One line of InfluxDB line protocol as it is read here, character by character. */
export interface ReadLine {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number | bigint | boolean | string>>;
  readonly time: bigint;
}

/** @throws Error that says where a line is not as the protocol has it */
export function readLines(text: string): ReadLine[] {
  const lines: ReadLine[] = [];
  let at = 0;
  const fail = (what: string): never => {
    throw new Error(`line ${lines.length + 1}, character ${at}: ${what}`);
  };
  /** Up to one of these characters, which is not taken; a backslash before one of `escapes` takes it for itself. */
  const word = (ends: string, escapes: string): string => {
    let read = '';
    for (;;) {
      const character = text[at];
      if (character === undefined || character === '\n' || ends.includes(character)) return read;
      const next = text[at + 1];
      if (character === '\\' && next !== undefined && escapes.includes(next)) {
        read += next;
        at += 2;
      } else {
        read += character;
        at += 1;
      }
    }
  };
  const expect = (character: string): void => {
    if (text[at] !== character) fail(`expected ${JSON.stringify(character)}, found ${JSON.stringify(text[at])}`);
    at += 1;
  };
  const quoted = (): string => {
    expect('"');
    let read = '';
    for (;;) {
      const character = text[at] ?? fail('a text has no end');
      at += 1;
      if (character === '"') return read;
      const next = text[at];
      if (character === '\\' && (next === '"' || next === '\\')) {
        read += next;
        at += 1;
      } else read += character;
    }
  };
  const fieldValue = (): number | bigint | boolean | string => {
    if (text[at] === '"') return quoted();
    const written = word(', ', '');
    if (/^-?\d+i$/.test(written)) return BigInt(written.slice(0, -1));
    if (written === 'true' || written === 'false') return written === 'true';
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written)) return Number(written);
    return fail(`${JSON.stringify(written)} is no value`);
  };
  while (at < text.length) {
    const measurement = word(', ', ', ') || fail('no measurement');
    const tags = new Map<string, string>();
    while (text[at] === ',') {
      at += 1;
      const name = word('=, ', ',= ') || fail('a tag without a name');
      expect('=');
      if (tags.has(name)) fail(`tag ${name} twice`);
      tags.set(name, word(', ', ',= ') || fail(`tag ${name} is empty`));
    }
    expect(' ');
    const fields = new Map<string, number | bigint | boolean | string>();
    do {
      if (text[at] === ',') at += 1;
      const name = word('=, ', ',= ') || fail('a field without a name');
      expect('=');
      fields.set(name, fieldValue());
    } while (text[at] === ',');
    expect(' ');
    const time = word(' ', '');
    if (!/^-?\d{1,19}$/.test(time)) fail(`${JSON.stringify(time)} is no time`);
    if (at < text.length) expect('\n');
    lines.push({
      measurement,
      tags: Object.fromEntries(tags),
      fields: Object.fromEntries(fields),
      time: BigInt(time),
    });
  }
  return lines;
}
