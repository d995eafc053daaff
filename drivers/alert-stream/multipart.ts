/** One part of a multipart stream. */
export interface Part {
  /** Lower case, without parameters; empty where none is given. */
  readonly type: string;
  readonly body: Buffer;
}

const MAX_HEAD = 8_192;
const HEAD_END = Buffer.from('\r\n\r\n');

export class MultipartError extends Error {
  override readonly name = 'MultipartError';
}

/** The boundary in a Content-Type; undefined when it is no multipart. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const [, quoted, bare] =
    /^multipart\/[\w-]+\s*;.*?boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType ?? '') ?? [];
  // Some devices count the two dashes as part of it.
  return (quoted ?? bare)?.replace(/^--/, '');
}

/**
 * Takes a multipart stream apart as it comes, holding no more than one part. A part ends by its Content-Length where it
 * has one, else at the next boundary. Throws MultipartError when a part or its head is longer than allowed.
 */
export class MultipartReader {
  readonly #boundary: Buffer;
  readonly #maxPart: number;
  #held: Buffer = Buffer.alloc(0);
  #head: { readonly type: string; readonly length: number | undefined } | undefined;
  /** Bytes of what is held that were searched already. */
  #searched = 0;

  constructor(boundary: string, maxPart: number) {
    this.#boundary = Buffer.from(`--${boundary}`);
    this.#maxPart = maxPart;
  }

  take(bytes: Buffer): readonly Part[] {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const parts: Part[] = [];
    for (;;) {
      if (!this.#head && !this.#readHead()) return parts;
      const part = this.#readBody();
      if (!part) return parts;
      parts.push(part);
    }
  }

  #readHead(): boolean {
    const begin = this.#held.indexOf(this.#boundary, Math.max(0, this.#searched - this.#boundary.length));
    if (begin < 0) {
      // What stands before a boundary belongs to nobody; its last bytes may be the boundary's first.
      this.#drop(Math.max(0, this.#held.length - this.#boundary.length));
      return false;
    }
    const end = this.#held.indexOf(HEAD_END, begin);
    if (end < 0) {
      if (this.#held.length - begin > MAX_HEAD)
        throw new MultipartError(`a part's head is longer than ${MAX_HEAD} bytes`);
      this.#drop(begin);
      return false;
    }
    if (end - begin > MAX_HEAD) throw new MultipartError(`a part's head is longer than ${MAX_HEAD} bytes`);
    const head = this.#held.toString('latin1', begin, end);
    const type = /^content-type:\s*([^\s;]+)/im.exec(head)?.[1]?.toLowerCase() ?? '';
    const told = /^content-length:\s*(\d{1,12})\s*$/im.exec(head)?.[1];
    const length = told === undefined ? undefined : Number(told);
    if (length !== undefined && length > this.#maxPart)
      throw new MultipartError(`a part says that it is ${length} bytes long`);
    this.#head = { type, length };
    this.#drop(end + HEAD_END.length);
    return true;
  }

  #readBody(): Part | undefined {
    const head = this.#head;
    if (!head) return undefined;
    if (head.length !== undefined)
      return this.#held.length < head.length ? undefined : this.#part(head.type, head.length);
    const end = this.#held.indexOf(this.#boundary, Math.max(0, this.#searched - this.#boundary.length));
    if (end >= 0) return this.#part(head.type, end);
    if (this.#held.length > this.#maxPart) throw new MultipartError(`a part is longer than ${this.#maxPart} bytes`);
    this.#searched = this.#held.length;
    return undefined;
  }

  #part(type: string, length: number): Part {
    // A copy: what is kept of it must not keep the whole stream.
    const body = Buffer.from(this.#held.subarray(0, length));
    this.#head = undefined;
    this.#drop(length);
    return { type, body };
  }

  #drop(count: number): void {
    this.#held = this.#held.subarray(count);
    this.#searched = 0;
  }
}
