import { ref } from 'vue';

/** As `GET api/session` tells it. */
export interface SessionView {
  readonly account: string;
  readonly role: 'viewer' | 'operator' | 'engineer' | 'admin' | null;
  readonly csrf: string | null;
  readonly isReadOnly: boolean;
  readonly needsSetup: boolean;
  /** What people know the provider of identities by, where there is one. */
  readonly provider: string | null;
  readonly site: { readonly id: string; readonly name: string; readonly timezone: string };
  readonly version: string;
}

/** Undefined before it was asked for. */
export const session = ref<SessionView>();

const ranks = ['viewer', 'operator', 'engineer', 'admin'];

/** Whether what needs this role may be offered; the agent decides. */
export const may = (role: 'operator' | 'engineer' | 'admin'): boolean =>
  session.value !== undefined &&
  !session.value.isReadOnly &&
  ranks.indexOf(session.value.role ?? '') >= ranks.indexOf(role);
