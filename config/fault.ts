import type { z } from 'zod';

/** What an integrator needs to know of a fault, in the order in which it is printed. Each is one clause, no full stop. */
export interface Fault {
  /** What is wrong: what was found, or what is missing. */
  readonly what: string;
  /** Why it can't be accepted: what was expected, or what would go wrong on site. */
  readonly why: string;
  /** What to do about it. */
  readonly todo: string;
}

/**
 * Refuses a value inside a schema's `transform` or `superRefine`, with all three parts. A driver's schema uses it where
 * zod's own words would not help an integrator.
 */
export const refuse = (context: z.RefinementCtx, fault: Fault, path: readonly PropertyKey[] = []): void => {
  context.addIssue({
    code: 'custom',
    message: `${fault.what}; ${fault.why}; ${fault.todo}`,
    params: { fault },
    path: [...path],
  });
};
