import { inspect } from 'node:util';
import { z } from 'zod';
import type { Secret } from './site.ts';

/** What is shown wherever somebody prints a secret: console, JSON, template text. */
const HIDDEN = '[secret]';

/** Holds a secret out of the reach of printing: only `reveal()` gives the text away. */
class HeldSecret implements Secret {
  readonly reference: string;
  readonly #read: () => string;

  constructor(reference: string, read: () => string) {
    this.reference = reference;
    this.#read = read;
  }

  reveal(): string {
    return this.#read();
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** @param read gives the text whenever it is asked for, so that a renewed key file is used without a restart */
export const holdSecret = (reference: string, read: () => string): Secret => new HeldSecret(reference, read);

/** Mark in the JSON Schema by which the loader finds the places that want a secret. */
export const SECRET_MARK = 'x-secret';

/**
 * A password, key or token in YAML: must be a reference, `"${env:NAME}"` or `"${file:path}"`, and is a {@link Secret}
 * after parsing. A literal is refused, so that no secret is ever committed with a site's configuration.
 */
export const secret = () =>
  z
    .custom<Secret>((value) => value instanceof HeldSecret, {
      params: {
        fault: {
          what: 'a secret is written in the configuration',
          why: 'configuration is copied, committed and printed, so a secret may only be referred to',
          todo: 'write "${env:NAME}" or "${file:path}" and put the text there',
        },
      },
    })
    .meta({
      description: 'A secret by reference: "${env:NAME}" or "${file:path}"',
      type: 'string',
      pattern: String.raw`\$\{(env|file):[^}]+\}`,
      [SECRET_MARK]: true,
    });
