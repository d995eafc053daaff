import type { Area } from './value-type.ts';

/** Where in a unit's four tables something stands: the address as it goes over the wire, 0 to 65535. */
export interface Place {
  readonly area: Area;
  readonly register: number;
}

export type PlaceFault = { readonly what: string; readonly why: string; readonly todo: string };

const modiconArea: Readonly<Record<string, Area>> = { 0: 'coil', 1: 'discrete', 3: 'input', 4: 'holding' };
const modiconDigit: Readonly<Record<Area, string>> = { coil: '0', discrete: '1', input: '3', holding: '4' };

const notations = [
  '"holding:16" (counted from 0, as on the wire)',
  '"holding:0x10" (the same in hexadecimal)',
  '"holding:#17" (counted from 1)',
  '"modicon:40017" or "modicon:400017"',
];

/**
 * Reads where a value stands. Manuals count in four ways and an offset of one is the most frequent mistake in
 * commissioning, so the notation is part of the text and a text that could mean two registers is refused.
 */
export function parsePlace(text: string): Place | PlaceFault {
  const [prefix, rest] = split(text);
  if (prefix === 'modicon') return parseModicon(rest);
  if (prefix === 'coil' || prefix === 'discrete' || prefix === 'input' || prefix === 'holding')
    return parseCounted(prefix, rest);
  return {
    what: `"${text}" names no area`,
    why: 'expected coil:, discrete:, input:, holding: or modicon: with an address',
    todo: `write for example ${notations.join(', ')}`,
  };
}

/** Reads an address in the notation and area of another one: the exponent's register beside its value. */
export function parsePlaceLike(at: string, text: string): Place | PlaceFault {
  const [prefix] = split(at);
  return parsePlace(`${prefix}:${text}`);
}

export const isPlaceFault = (place: Place | PlaceFault): place is PlaceFault => 'what' in place;

function split(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon < 0 ? ['', text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function parseModicon(digits: string): Place | PlaceFault {
  const area = /^[0134](\d{4}|\d{5})$/.test(digits) ? modiconArea[digits.charAt(0)] : undefined;
  const number = Number(digits.slice(1));
  if (!area || number < 1 || number > 65536)
    return {
      what: `"modicon:${digits}" is no Modicon address`,
      why: 'expected the table digit 0, 1, 3 or 4 and a number of four or five digits from 1 (00001–465536)',
      todo: 'write for example "modicon:40017" or, for numbers above 9999, "modicon:412345"',
    };
  return { area, register: number - 1 };
}

function parseCounted(area: Area, digits: string): Place | PlaceFault {
  const fromOne = /^#(\d+)$/.exec(digits)?.[1];
  const register =
    fromOne !== undefined ? Number(fromOne) - 1 : /^(\d+|0x[0-9a-fA-F]+)$/.test(digits) ? Number(digits) : NaN;
  if (looksLikeModicon(area, digits)) {
    const hex = Number(digits) <= 0xffff ? ` or "${area}:0x${Number(digits).toString(16)}"` : '';
    return {
      what: `"${area}:${digits}" can be read in two ways`,
      why: `${digits} could be a Modicon number (wire address ${Number(digits.slice(1)) - 1}) or counted from 0`,
      todo: `write "modicon:${digits}"${hex}`,
    };
  }
  if (!(register >= 0 && register <= 0xffff))
    return {
      what: `"${area}:${digits}" is no address`,
      why: 'wire addresses run from 0 to 65535, numbers with # from 1 to 65536',
      todo: `write for example ${notations.join(', ')}`,
    };
  return { area, register };
}

/** 40001–49999 and 400001–465536 for holding, and so on; also leading zeros, which only Modicon numbers have. */
function looksLikeModicon(area: Area, digits: string): boolean {
  const shape = new RegExp(`^${modiconDigit[area]}(\\d{4}|\\d{5})$`);
  return shape.test(digits) && Number(digits.slice(1)) >= 1;
}
