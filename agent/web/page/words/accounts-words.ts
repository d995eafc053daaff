import type { BothLanguages } from './both-languages.ts';

/** Accounts and tokens. */
export const accountsWords = {
  'account.role': { zh: '角色', en: 'Role' },
  'account.remove': { zh: '删除', en: 'Remove' },
  'account.put': { zh: '保存账户', en: 'Save account' },
  'account.help': {
    zh: '同名账户将被改为新的角色与密码，并退出登录。',
    en: 'An account of this name gets the new role and password, and is signed out.',
  },
  'account.tokens': { zh: '接口令牌', en: 'API tokens' },
  'account.no-tokens': { zh: '没有令牌', en: 'No token' },
  'account.purpose': { zh: '用途', en: 'Purpose' },
  'account.issue': { zh: '签发', en: 'Issue' },
  'account.revoke': { zh: '吊销', en: 'Revoke' },
  'account.told-once': { zh: '只显示这一次：', en: 'Shown this once:' },
  'account.really': { zh: '确定删除 {name}？', en: 'Remove {name}?' },
} as const satisfies BothLanguages;
