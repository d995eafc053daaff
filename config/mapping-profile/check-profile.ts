import type { Findings } from '../findings.ts';
import { suggest } from '../nearest.ts';
import type { Entry, Path } from '../place.ts';
import type { FieldText, MappingText } from './profile-schema.ts';

/** What the schema can't tell: tables, sets and parents that are named must be there. True where nothing is wrong. */
export function checkProfile(entry: Entry, text: MappingText, findings: Findings): boolean {
  let isSound = true;
  const fault = (path: Path, what: string, why: string, todo: string): void => {
    isSound = false;
    findings.errorAt(entry, path, { what, why, todo });
  };
  const tables = Object.keys(text.words);
  const checkFields = (fields: Readonly<Record<string, FieldText>>, path: Path): void => {
    for (const [name, { from, value, words }] of Object.entries(fields)) {
      if ((from === undefined) === (value === undefined))
        fault(
          [...path, name],
          from ? `field "${name}" has from and value` : `field "${name}" has neither from nor value`,
          'a field is read from the record, or is the same in every record',
          from ? 'delete one of them' : 'write from: an expression, or value: a constant',
        );
      if (words !== undefined && !tables.includes(words))
        fault(
          [...path, name, 'words'],
          `there is no table "${words}"`,
          'words are translated by it',
          suggest(words, tables, 'add it under words'),
        );
    }
  };
  const sets = Object.keys(text.sets);
  for (const [set, fields] of Object.entries(text.sets)) checkFields(fields, ['sets', set]);
  const above: string[] = [];
  for (const [name, message] of Object.entries(text.messages)) {
    const path: Path = ['messages', name];
    if ((message.register === undefined) === (message.stream === undefined))
      fault(
        path,
        `message "${name}" must have either register or stream`,
        'it says of which records it is made',
        'write one of them',
      );
    checkFields(message.fields, [...path, 'fields']);
    for (const [index, set] of message.use.entries())
      if (!sets.includes(set))
        fault(
          [...path, 'use', index],
          `there is no set "${set}"`,
          'its fields would be missing',
          suggest(set, sets, 'add it under sets'),
        );
    for (const [index, parent] of message.parents.entries())
      if (!above.includes(parent.message))
        fault(
          [...path, 'parents', index, 'message'],
          `no message "${parent.message}" stands above`,
          'parents are sent before their children, and none can be its own parent',
          suggest(parent.message, above, 'put the parent first'),
        );
    above.push(name);
  }
  return isSound;
}
