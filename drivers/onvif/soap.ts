import { child, descendants, readXml, type XmlElement } from '../bounded-xml/read-xml.ts';

/** A camera's answer to one request. */
export interface SoapAnswer {
  readonly status: number;
  /** As it came, for what the tree leaves out. */
  readonly text: string;
  /** What stands in the body; undefined when the answer is no SOAP envelope. */
  readonly body: XmlElement | undefined;
  readonly challenges: readonly string[];
  readonly isSimulator: boolean;
}

/** The camera understood and said no, or sent what makes no sense. */
export class SoapFault extends Error {
  override readonly name = 'SoapFault';
}

export function readBody(text: string): XmlElement | undefined {
  const envelope = readXml(text);
  return envelope?.name === 'Envelope' ? child(envelope, 'Body') : undefined;
}

/** The reason of a fault in the body; undefined when there is none. */
export function faultOf(body: XmlElement | undefined): string | undefined {
  const fault = child(body, 'Fault');
  if (!fault) return undefined;
  const said = [...descendants(fault, 'Value'), ...descendants(fault, 'Text'), ...descendants(fault, 'faultstring')];
  const words = said.map(({ text }) => text).filter(Boolean);
  return words.join(', ').slice(0, 200) || 'no reason given';
}

/** The login was refused, however the camera says so: HTTP 401, or a fault `NotAuthorized` with any status. */
export const isRefusal = ({ status, body, text }: SoapAnswer): boolean =>
  status === 401 ||
  status === 403 ||
  /not\s?authorized|FailedAuthentication/i.test(faultOf(body) ?? '') ||
  (body === undefined && status >= 400 && /not\s?authorized|unauthorized/i.test(text.slice(0, 2_000)));

export const escapeXml = (text: string): string => text.replaceAll(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** What the library's own reader makes of a body: lists of children by name, attributes under `$`, text under `_`. */
export function asLibraryShape(element: XmlElement): unknown {
  const attributes = Object.entries(element.attributes);
  if (attributes.length === 0 && element.children.length === 0) return element.text;
  const shape: Record<string, unknown> = {};
  if (attributes.length > 0) shape['$'] = Object.fromEntries(attributes);
  if (element.text !== '') shape['_'] = element.text;
  for (const one of element.children) {
    const name = libraryName(one.name);
    const list = shape[name];
    if (Array.isArray(list)) list.push(asLibraryShape(one));
    else shape[name] = [asLibraryShape(one)];
  }
  return shape;
}

const libraryName = (name: string): string => {
  const second = name.charAt(1);
  return second && second.toUpperCase() !== second ? name.charAt(0).toLowerCase() + name.slice(1) : name;
};
