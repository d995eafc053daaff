import { optionsOfUnit, type ModbusOptions, type UnitOptions } from '../schema.ts';
import type { PlannedChannel } from './channel-plan.ts';

/**
 * The options with what the profiled devices bear. The stricter of site and profile holds, except where the site has set
 * something for that very unit: somebody has tried it out.
 */
export function withLimitsOf(options: ModbusOptions, planned: readonly PlannedChannel[]): ModbusOptions {
  const units: ModbusOptions['units'] = { ...options.units };
  for (const { channel } of planned) {
    const { limits } = channel.profile;
    const unit = String(channel.unit ?? options.unit);
    const own = options.units[unit] ?? {};
    const known: UnitOptions = optionsOfUnit({ ...options, units }, Number(unit));
    units[unit] = {
      ...units[unit],
      maxRegisters: own.maxRegisters ?? Math.min(known.maxRegisters, limits.maxRegisters ?? known.maxRegisters),
      maxBits: own.maxBits ?? Math.min(known.maxBits, limits.maxBits ?? known.maxBits),
      gapTolerance: own.gapTolerance ?? Math.min(known.gapTolerance, limits.gapTolerance ?? known.gapTolerance),
      minGap: own.minGap ?? Math.max(known.minGap, limits.minGap ?? 0),
      timeout: own.timeout ?? Math.max(known.timeout, limits.timeout ?? 0),
    };
  }
  return { ...options, units };
}
