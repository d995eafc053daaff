import { defineComponent, reactive, ref } from 'vue';
import { get, send } from '../live/api.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { dateTime } from '../words/figures.ts';
import { t } from '../words/words.ts';

const roles = ['viewer', 'operator', 'engineer', 'admin'] as const;
type Role = (typeof roles)[number];

interface Answer {
  readonly accounts: readonly { readonly name: string; readonly role: Role; readonly createdAt?: number }[];
  readonly tokens: readonly {
    readonly id: string;
    readonly role: Role;
    readonly purpose: string;
    readonly createdAt?: number;
  }[];
}

/** Who may sign in, and which programs may ask. */
export const Accounts = defineComponent(() => {
  const list = load(() => get<Answer>('accounts'));
  const account = reactive<{ name: string; role: Role; password: string }>({
    name: '',
    role: 'operator',
    password: '',
  });
  const token = reactive<{ purpose: string; role: Role }>({ purpose: '', role: 'viewer' });
  const issued = ref('');
  const fault = ref('');

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    fault.value = '';
    try {
      await work();
    } catch (error) {
      fault.value = error instanceof Error ? error.message : String(error);
    }
    list.reload();
  };
  const put = (event: Event): void => {
    event.preventDefault();
    void attempt(async () => {
      const { name, role, password } = account;
      await send('PUT', `accounts/${encodeURIComponent(name)}`, { role, password });
      Object.assign(account, { name: '', password: '' });
    });
  };
  const issue = (event: Event): void => {
    event.preventDefault();
    void attempt(async () => {
      const answer = await send<{ token: string }>('POST', 'tokens', { ...token });
      issued.value = answer.token;
      token.purpose = '';
    });
  };
  const remove = (path: string, name: string): void => {
    if (confirm(t('account.really', { name }))) void attempt(() => send('DELETE', path));
  };

  const roleField = (of: { role: Role }) => (
    <label>
      {t('account.role')}
      <select value={of.role} onChange={(event) => (of.role = (event.target as HTMLSelectElement).value as Role)}>
        {roles.map((role) => (
          <option value={role}>{t(`role.${role}`)}</option>
        ))}
      </select>
    </label>
  );

  const accounts = () => (
    <section>
      <h2>{t('system.accounts')}</h2>
      <table>
        <tbody>
          {list.value.value?.accounts.map(({ name, role }) => (
            <tr key={name}>
              <td>
                <b>{name}</b>
              </td>
              <td>{t(`role.${role}`)}</td>
              <td class="actions">
                <button class="plain" onClick={() => remove(`accounts/${encodeURIComponent(name)}`, name)}>
                  {t('account.remove')}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <form class="row" onSubmit={put}>
        <label>
          {t('session.name')}
          <input
            value={account.name}
            required
            maxlength={64}
            autocomplete="off"
            onInput={(event) => (account.name = (event.target as HTMLInputElement).value)}
          />
        </label>
        {roleField(account)}
        <label>
          {t('session.password')}
          <input
            type="password"
            value={account.password}
            required
            minlength={10}
            autocomplete="new-password"
            onInput={(event) => (account.password = (event.target as HTMLInputElement).value)}
          />
        </label>
        <button type="submit">{t('account.put')}</button>
      </form>
      <p class="note">{t('account.help')}</p>
    </section>
  );

  const tokens = () => (
    <section>
      <h2>{t('account.tokens')}</h2>
      {list.value.value?.tokens.length === 0 ? (
        <p class="note">{t('account.no-tokens')}</p>
      ) : (
        <table>
          <tbody>
            {list.value.value?.tokens.map(({ id, role, purpose, createdAt }) => (
              <tr key={id}>
                <td>
                  <b>{purpose}</b>
                  <small>{id}</small>
                </td>
                <td>{t(`role.${role}`)}</td>
                <td>
                  <time>{dateTime(createdAt)}</time>
                </td>
                <td class="actions">
                  <button class="plain" onClick={() => remove(`tokens/${encodeURIComponent(id)}`, purpose)}>
                    {t('account.revoke')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <form class="row" onSubmit={issue}>
        <label>
          {t('account.purpose')}
          <input
            value={token.purpose}
            required
            maxlength={200}
            onInput={(event) => (token.purpose = (event.target as HTMLInputElement).value)}
          />
        </label>
        {roleField(token)}
        <button type="submit">{t('account.issue')}</button>
      </form>
      {issued.value && (
        <p role="status">
          {t('account.told-once')} <code>{issued.value}</code>
        </p>
      )}
    </section>
  );

  return () =>
    notLoaded(list) ?? (
      <>
        {fault.value && (
          <p class="fault" role="alert">
            {fault.value}
          </p>
        )}
        <div class="columns">
          {accounts()}
          {tokens()}
        </div>
      </>
    );
});
