/** Where the metadata is in the description of a stream. */
export interface MetadataMedia {
  /** Of RTP. */
  readonly payloadType: number;
  readonly isGzip: boolean;
  /** What SETUP asks for, and what PLAY does. */
  readonly trackUri: string;
  readonly sessionUri: string;
}

/** Plain XML first; as compressed by gzip (ONVIF Streaming Specification §5.1.2.1). Efficient XML is not read. */
const encodings = ['vnd.onvif.metadata', 'vnd.onvif.metadata.gzip'];
const LONGEST_URI = 2_000;

/**
 * The metadata track of a session description (RFC 4566). Undefined where there is none. `base` is the address to which
 * what the description names is relative: Content-Base of the answer, or what was asked for.
 */
export function metadataMedia(description: string, base: string): MetadataMedia | undefined {
  const [session = '', ...media] = `\n${description}`.split(/^(?=m=)/m);
  const sessionUri = resolved(attribute(session, 'control'), base);
  for (const encoding of encodings) {
    for (const one of media) {
      const [, payload] = new RegExp(`^a=rtpmap:(\\d{1,3}) ${encoding.replaceAll('.', '\\.')}/`, 'im').exec(one) ?? [];
      const trackUri = resolved(attribute(one, 'control'), base);
      if (!one.startsWith('m=application') || payload === undefined || !sessionUri || !trackUri) continue;
      return { payloadType: Number(payload), isGzip: encoding.endsWith('.gzip'), trackUri, sessionUri };
    }
  }
  return undefined;
}

const attribute = (section: string, name: string): string | undefined =>
  new RegExp(`^a=${name}:([^\\r\\n]*)`, 'm').exec(section)?.[1]?.trim();

/** Undefined for what could not stand in a request line. */
function resolved(control: string | undefined, base: string): string | undefined {
  const isWhole = /^rtsps?:\/\//i.test(control ?? '');
  const uri =
    control === undefined || control === '*' || control === ''
      ? base
      : isWhole
        ? control
        : `${base}${base.endsWith('/') ? '' : '/'}${control}`;
  return uri.length <= LONGEST_URI && /^[\x21-\x7e]+$/.test(uri) ? uri : undefined;
}
