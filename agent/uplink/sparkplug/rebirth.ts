import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** The one command that is obeyed: tell everything anew (Sparkplug 3.0 section 6.4.22). It can't have an alias. */
export const REBIRTH = 'Node Control/Rebirth';

const METRICS = 2;
const NAME = 1;
const BOOLEAN_VALUE = 14;

/** Whether a command asks for a rebirth. Whatever else it holds, and bytes that are no payload, ask for nothing. */
export function asksForRebirth(payload: Uint8Array): boolean {
  try {
    const reader = new BinaryReader(payload);
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field !== METRICS || type !== WireType.LengthDelimited) reader.skip(type, field);
      else if (isRebirth(reader.bytes())) return true;
    }
  } catch {
    return false;
  }
  return false;
}

function isRebirth(metric: Uint8Array): boolean {
  const reader = new BinaryReader(metric);
  let name = '';
  let isTrue = false;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === NAME && type === WireType.LengthDelimited) name = reader.string();
    else if (field === BOOLEAN_VALUE && type === WireType.Varint) isTrue = reader.bool();
    else reader.skip(type, field);
  }
  return name === REBIRTH && isTrue;
}
