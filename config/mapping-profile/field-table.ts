import { fieldsOf } from './read-profile.ts';
import type { FieldText, MappingText, MessageText } from './profile-schema.ts';

const BEGIN = '<!-- begin: written by "firewatch schema --write" from profile.yaml -->';
const END = '<!-- end -->';

/** The text with its table of fields made anew; what stands around the marks is kept. */
export function withFieldTable(text: string, mapping: MappingText): string {
  const [before = '', rest = ''] = text.split(BEGIN);
  const [, after = '\n'] = rest.split(END);
  return `${before.trimEnd()}\n\n${BEGIN}\n\n${tableOf(mapping)}\n\n${END}${after}`;
}

function tableOf(mapping: MappingText): string {
  const head = ['message', 'field', 'from', 'rule', 'confidence', 'note'];
  const rows = Object.entries(mapping.messages).flatMap(([name, message]) => rowsOf(name, message, mapping));
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

function rowsOf(name: string, message: MessageText, mapping: MappingText): readonly (readonly string[])[] {
  const { register, stream = '', when, each, parents, tracked, confidence, note = '' } = message;
  const above = [...new Set(parents.map((parent) => parent.message))];
  const rule = [
    ...(when ? [`when ${code(when.text)}`] : []),
    ...(each ? [`each ${code(each.text)}`] : []),
    ...(above.length > 0 ? [`after ${above.length > 3 ? `${above.length} messages above` : above.join(', ')}`] : []),
    ...(tracked ? [] : ['not tracked']),
  ];
  const of = register === undefined ? `stream ${stream}` : `register ${register}`;
  return [
    [`**${name}**`, '', of, rule.join('; '), confidence, note],
    ...Object.entries(fieldsOf(message, mapping)).map(([field, one]) => [
      '',
      code(field),
      fromOf(one),
      ruleOf(one),
      one.confidence,
      one.note ?? '',
    ]),
  ];
}

const fromOf = ({ from, value }: FieldText): string => code(from?.text ?? JSON.stringify(value ?? null));

function ruleOf({ required, as, words, code: kind, longest, keep, emptyWhen }: FieldText): string {
  return [
    ...(required ? ['required'] : []),
    ...(as === 'text' ? [] : [as]),
    ...(words === undefined ? [] : [`words ${words}`]),
    ...(kind === undefined ? [] : [`code ${kind}`]),
    ...(longest === undefined ? [] : [`at most ${longest}`]),
    ...(keep ? ['kept'] : []),
    ...(emptyWhen ? [`empty when \`${emptyWhen.text}\``] : []),
  ].join(', ');
}

const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

const cell = (text: string): string =>
  text
    .replaceAll('|', String.raw`\|`)
    .replaceAll(/\s+/g, ' ')
    .trim();
