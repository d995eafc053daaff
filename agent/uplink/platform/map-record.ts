import type { MappedMessage, MappingProfile } from '#agent/model/mapping-profile.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import { FieldFault, mapField } from './map-field.ts';
import type { FieldContext, Foreign } from './map-field.ts';
import { viewsOf } from './record-view.ts';
import type { RecordView, ViewContext } from './record-view.ts';

/** One foreign record, or why there is none. */
export interface MappedItem {
  readonly message: MappedMessage;
  readonly id: string;
  readonly stream: JournalRecord['stream'];
  readonly seq: number;
  readonly parents: readonly string[];
  readonly body: Readonly<Record<string, Foreign>>;
  /** Of `body`: fields that a later version keeps where it says nothing. */
  readonly kept: readonly string[];
  /** Required fields that are absent, unless they are kept from an earlier version. */
  readonly missing: readonly string[];
  /** Everything that can't be said in the platform's words. */
  readonly faults: readonly string[];
}

export interface MapContext extends ViewContext, FieldContext {
  readonly profile: MappingProfile;
  /** The platform has no mark for what is simulated. */
  readonly simulated: 'refuse' | 'marked';
}

/** Names an item among all that a platform holds. */
export const itemKey = (message: string, id: string): string => `${message}/${id}`;

/** What a record makes for the platform. Never throws: what can't be said comes as an item with faults. */
export function mapRecord(record: JournalRecord, context: MapContext): readonly MappedItem[] {
  const messages = context.profile.messages.filter(({ from }) => isFrom(record, from));
  if (messages.length === 0) return [];
  return viewsOf(record, context).flatMap((one) =>
    messages.flatMap((message) => itemsOf(message, one, { record, context })),
  );
}

function isFrom(record: JournalRecord, from: MappedMessage['from']): boolean {
  if (record.stream !== from.stream) return false;
  if (from.stream !== 'register' || record.stream !== 'register') return true;
  return (record.body.kind === 'permit' ? 'permit' : record.body.register) === from.register;
}

interface Of {
  readonly record: JournalRecord;
  readonly context: MapContext;
}

function itemsOf(message: MappedMessage, { view, isSimulated }: RecordView, of: Of): readonly MappedItem[] {
  try {
    if (message.when && message.when.of(view) !== true) return [];
    if (!message.each) return [itemOf(message, { view, isSimulated }, of)];
    const list = message.each.of(view);
    if (!Array.isArray(list)) return [];
    return list.map((item: unknown, index) => itemOf(message, { view: { ...view, item, index }, isSimulated }, of));
  } catch (error) {
    return [{ ...blank(message, of), faults: [reasonOf(error)] }];
  }
}

const blank = (message: MappedMessage, { record: { stream, seq } }: Of): MappedItem => ({
  message,
  id: `${stream}-${seq}`,
  stream,
  seq,
  parents: [],
  body: {},
  kept: [],
  missing: [],
  faults: [],
});

function itemOf(message: MappedMessage, { view, isSimulated }: RecordView, of: Of): MappedItem {
  const { context } = of;
  const faults: string[] = [];
  const missing: string[] = [];
  const body: Record<string, Foreign> = {};
  const emptied = new Set<string>();
  for (const field of message.fields)
    try {
      if (field.emptyWhen?.of(view) === true) {
        body[field.name] = null;
        emptied.add(field.name);
        continue;
      }
      const value = mapField(field, view, context);
      if (value !== undefined) body[field.name] = value;
      else if (field.isRequired) missing.push(field.name);
    } catch (error) {
      faults.push(`${field.name} ${error instanceof FieldFault ? error.message : reasonOf(error)}`);
    }
  if (isSimulated && context.simulated === 'refuse')
    faults.push(
      'it is simulated, for which the platform has no mark (transport.simulated: marked adds one of our own)',
    );
  if (isSimulated && context.simulated === 'marked') body['simulated'] = true;
  const id = textOf(message.id.of(view));
  if (id === undefined) faults.push(`it has no id (${message.id.text})`);
  const base = blank(message, of);
  return {
    ...base,
    id: id ?? base.id,
    parents: message.parents.flatMap((parent) => {
      const parentId = textOf(parent.id.of(view));
      return parentId === undefined ? [] : [itemKey(parent.message, parentId)];
    }),
    body,
    kept: message.fields.filter(({ isKept, name }) => isKept && !emptied.has(name)).map(({ name }) => name),
    missing,
    faults,
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);
