/** All that must outlive the process, of one rule. Plain JSON. */
export interface RuleMemory {
  readonly isRaised: boolean;
  /** Bits of Flag of what raised it. */
  readonly flags: number;
}

/** What was stored, if it can still be read. */
export function readRuleMemory(stored: unknown): RuleMemory | undefined {
  if (typeof stored !== 'object' || stored === null || !('isRaised' in stored) || !('flags' in stored))
    return undefined;
  const { isRaised, flags } = stored;
  return typeof isRaised === 'boolean' && typeof flags === 'number' && Number.isInteger(flags)
    ? { isRaised, flags }
    : undefined;
}
