import { readFileSync } from 'node:fs';

/** One fenced block of a guide. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** The comment before it: where it is executed instead. */
  readonly elsewhere?: string;
}

export function blocksOf(file: string): readonly Block[] {
  const found = readFileSync(file, 'utf8').matchAll(
    /(?:<!-- ((?:executed|done) by [^>]*) -->\n)?```(\w+)\n([\s\S]*?)```/g,
  );
  return [...found].map(([, elsewhere, language = '', text = '']) => ({
    language,
    text,
    ...(elsewhere !== undefined && { elsewhere }),
  }));
}

/**
 * What somebody types who follows the guide: files are written where their block names them in its first line, commands
 * are given in the order of the text. The first that fails ends it.
 *
 * @param ports of the guide, and what to use instead: another test may be using them
 */
export function scriptOf(blocks: readonly Block[], ports: ReadonlyMap<number, number>): string {
  const lines = blocks.flatMap(({ language, text, elsewhere }) => {
    if (elsewhere !== undefined) return [];
    const name = /^# (\S+\.ya?ml)\n/.exec(text)?.[1];
    if (language === 'yaml' && name !== undefined) return [`cat > ${name} <<'END'`, text.trimEnd(), 'END'];
    return language === 'sh' ? [text.trimEnd()] : [];
  });
  const script = [...ports].reduce(
    (all, [from, to]) => all.replaceAll(new RegExp(`\\b${from}\\b`, 'g'), String(to)),
    lines.join('\n'),
  );
  // Each command is shown before it runs, so that a failure names it; what runs in the background ends with the shell.
  return `set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\nset -x\n${script}\n`;
}
