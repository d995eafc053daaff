import type { MessageRule } from './rules.ts';

export type ForeignRecord = Readonly<Record<string, unknown>>;

export interface JudgeParts {
  readonly company: string;
  readonly time: RegExp;
  /** A record of a message by its id, where it is here. */
  readonly find: (message: string, id: string) => ForeignRecord | undefined;
}

/** Why a record is refused; undefined: it is taken. */
export function faultOf(
  record: ForeignRecord,
  rule: MessageRule,
  { company, time, find }: JudgeParts,
): string | undefined {
  for (const name of rule.required) if (isAbsent(record[name])) return `${name}不能为空`;
  if (record['companyCode'] !== undefined && record['companyCode'] !== company) return `companyCode不属于本企业`;
  for (const [name, length] of Object.entries(rule.codes ?? {})) {
    const code = record[name];
    if (isAbsent(code)) continue;
    if (String(code).length !== length || !String(code).startsWith(company)) return `${name}编码不正确`;
  }
  for (const [name, words] of Object.entries(rule.words ?? {}))
    if (!isAbsent(record[name]) && !words.includes(String(record[name]))) return `${name}取值不在字典内`;
  for (const name of rule.times ?? [])
    if (!isAbsent(record[name]) && !time.test(String(record[name]))) return `${name}时间格式错误`;
  if (record['deleted'] === '1') return undefined;
  for (const [name, message] of rule.parents ?? []) {
    const id = record[name];
    if (isAbsent(id)) continue;
    const parent = find(message, String(id));
    if (!parent || parent['deleted'] === '1') return `${name}对应的上级数据不存在，请先上传`;
  }
  return undefined;
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';
