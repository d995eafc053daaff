import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { roles } from '#agent/model/page.ts';
import type { Role } from '#agent/model/page.ts';
import type { SitePort } from '../site-port.ts';
import { hashPassword, isPassword } from './passwords.ts';

const ACCOUNT_SCOPE = 'page-account';
const TOKEN_SCOPE = 'page-token';

const accountSchema = z.object({ role: z.enum(roles), salt: z.string(), hash: z.string(), createdAt: z.number() });
const tokenSchema = z.object({
  role: z.enum(roles),
  digest: z.string(),
  purpose: z.string(),
  createdAt: z.number(),
});

interface Account {
  readonly name: string;
  readonly role: Role;
  /** UTC ms. */
  readonly createdAt: number;
}

interface ApiToken {
  readonly id: string;
  readonly role: Role;
  readonly purpose: string;
  /** UTC ms. */
  readonly createdAt: number;
}

/** Who may sign in. Kept in the journal's state; passwords and tokens as digests alone. */
export interface Accounts {
  readonly isEmpty: () => boolean;
  readonly has: (name: string) => boolean;
  readonly list: () => readonly Account[];
  /** The account, if the password is its own. Takes as long for a name that does not exist. */
  readonly verify: (name: string, password: string) => Promise<Account | undefined>;
  /** Makes the account, or gives it another role or password. False where nobody would be left to administer. */
  readonly put: (name: string, role: Role, password: string, now: number) => Promise<boolean>;
  readonly isOnlyAdmin: (name: string) => boolean;
  readonly remove: (name: string) => boolean;
  readonly tokens: () => readonly ApiToken[];
  /** The whole token is told here and never again. */
  readonly issueToken: (role: Role, purpose: string, now: number) => { readonly token: string; readonly id: string };
  readonly revokeToken: (id: string) => boolean;
  readonly tokenOf: (text: string) => ApiToken | undefined;
}

/** Names a guess is compared with when nobody has the name, so that the time tells nothing. */
const nobody = hashPassword(randomBytes(16).toString('hex'));

export function openAccounts({ state, remember }: Pick<SitePort, 'state' | 'remember'>): Accounts {
  const read = <T>(scope: string, schema: z.ZodType<T>): Map<string, T> =>
    new Map(
      [...state(scope)].flatMap(([key, value]) => {
        const parsed = schema.safeParse(value);
        return parsed.success ? [[key, parsed.data] as const] : [];
      }),
    );
  const accounts = read(ACCOUNT_SCOPE, accountSchema);
  const tokens = read(TOKEN_SCOPE, tokenSchema);
  const isOnlyAdmin = (name: string): boolean => {
    const admins = [...accounts].filter(([, { role }]) => role === 'admin');
    return admins.length === 1 && admins[0]?.[0] === name;
  };

  return {
    isEmpty: () => accounts.size === 0,
    has: (name) => accounts.has(name),
    list: () => [...accounts].map(([name, { role, createdAt }]) => ({ name, role, createdAt })),
    async verify(name, password) {
      const account = accounts.get(name);
      const isOwn = await isPassword(password, account ?? (await nobody));
      return account && isOwn ? { name, role: account.role, createdAt: account.createdAt } : undefined;
    },
    async put(name, role, password, now) {
      const hashed = await hashPassword(password);
      // Asked only now: while the password was hashed others may have become less.
      if (role !== 'admin' && isOnlyAdmin(name)) return false;
      const account = { role, ...hashed, createdAt: accounts.get(name)?.createdAt ?? now };
      remember(ACCOUNT_SCOPE, name, account);
      accounts.set(name, account);
      return true;
    },
    isOnlyAdmin,
    remove(name) {
      if (!accounts.delete(name)) return false;
      remember(ACCOUNT_SCOPE, name, undefined);
      return true;
    },
    tokens: () => [...tokens].map(([id, { role, purpose, createdAt }]) => ({ id, role, purpose, createdAt })),
    issueToken(role, purpose, now) {
      const id = randomBytes(6).toString('hex');
      const secret = randomBytes(24).toString('base64url');
      const kept = { role, purpose, createdAt: now, digest: digestOf(secret) };
      remember(TOKEN_SCOPE, id, kept);
      tokens.set(id, kept);
      return { id, token: `fw_${id}_${secret}` };
    },
    revokeToken(id) {
      if (!tokens.delete(id)) return false;
      remember(TOKEN_SCOPE, id, undefined);
      return true;
    },
    tokenOf(text) {
      const [, id, secret] = /^fw_([0-9a-f]{12})_([\w-]{32})$/.exec(text) ?? [];
      const kept = id === undefined ? undefined : tokens.get(id);
      if (id === undefined || secret === undefined || kept?.digest !== digestOf(secret)) return undefined;
      return { id, role: kept.role, purpose: kept.purpose, createdAt: kept.createdAt };
    },
  };
}

/** Of 24 random bytes: a fast digest is as good as a slow one. */
const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64');
