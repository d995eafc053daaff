/** Why a figure falls short of its target, by the figure's name: the README says so beside it. */
export interface Cause {
  readonly en: string;
  readonly zh: string;
}

export const causes: Readonly<Record<string, Cause>> = {};
