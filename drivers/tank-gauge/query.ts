/**
 * All that can be asked. Function codes in lower case answer in computer format; those that begin with S or s set
 * something, and no code path here can spell one: the only encoder takes a key of this table.
 */
const functionCodes = {
  inventory: 'i201',
  alarms: 'i205',
  revision: 'i902',
} as const;

export type Query = keyof typeof functionCodes;

export const queries = Object.keys(functionCodes) as Query[];

/** For all tanks in one answer; the revision knows no tank and wants the same digits. */
const ALL_TANKS = '00';

/** What the answer must begin with. */
export const echoOf = (query: Query): string => `${functionCodes[query]}${ALL_TANKS}`;

const terminators = { none: '', cr: '\r', lf: '\n', etx: '\x03' } as const;

export type Terminator = keyof typeof terminators;

export const terminatorNames = Object.keys(terminators) as Terminator[];

export interface QueryForm {
  /** Six digits that a console with port security wants before each function; empty where it wants none. */
  readonly securityCode: string;
  readonly terminator: Terminator;
}

/** Letters in the place of the code would be read as a function, so that nothing but six digits may stand there. */
export const isSecurityCode = (text: string): boolean => /^\d{6}$/.test(text);

/**
 * SOH, the security code where there is one, the function, `00`.
 *
 * @throws RangeError for a security code that is none
 */
export function encodeQuery(query: Query, { securityCode, terminator }: QueryForm): Buffer {
  if (securityCode !== '' && !isSecurityCode(securityCode)) throw new RangeError('a security code is six digits');
  return Buffer.from(`\x01${securityCode}${echoOf(query)}${terminators[terminator]}`, 'latin1');
}
