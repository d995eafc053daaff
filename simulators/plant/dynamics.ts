/** First-order lag: where `value` is after `dt` seconds on its way to `target`. Exact, so stable for any dt. */
export const lag = (value: number, target: number, dt: number, timeConstant: number): number =>
  target + (value - target) * Math.exp(-dt / timeConstant);

/** Moves at constant speed towards `target`: a valve or a damper with its stroke time from end to end. */
export const stroke = (position: number, target: number, dt: number, strokeTime: number): number => {
  const reach = dt / strokeTime;
  return Math.abs(target - position) <= reach ? target : position + Math.sign(target - position) * reach;
};

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Limit switches of an on-off valve: both false while it travels or is stuck between. */
export const isOpen = (position: number): boolean => position > 0.97;
export const isClosed = (position: number): boolean => position < 0.03;

/** Arrhenius factor relative to a reference temperature; both in °C, activation energy in kJ/mol. */
export const arrhenius = (temperature: number, reference: number, activationEnergy: number): number =>
  Math.exp((activationEnergy / 8.314e-3) * (1 / (reference + 273.15) - 1 / (temperature + 273.15)));

/** kPa that one Nm³ makes in one m³ (isothermal, ideal gas). */
export const KPA_PER_NORMAL_VOLUME = 101.325;
