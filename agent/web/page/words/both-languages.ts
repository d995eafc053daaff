/** Words of a view under their keys; `{name}` stands for what is filled in. */
export type BothLanguages = Readonly<Record<string, { readonly zh: string; readonly en: string }>>;
