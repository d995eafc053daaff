/** Field names whose content never reaches a log, at the top and one level below. */
const SECRET_FIELDS = ['password', 'passphrase', 'secret', 'token', 'privateKey', 'key', 'authorization', 'cookie'];

/** For pino's `redact`. */
export const redactedPaths: readonly string[] = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]);

export const CENSOR = '[secret]';

/** Credentials inside an address, which hide in error messages: `mqtt://user:p@ss@host` becomes `mqtt://[secret]@host`. */
export const withoutCredentials = (text: string): string => text.replaceAll(/:\/\/[^\s/"']+@/g, `://${CENSOR}@`);
