import type { SiteConfig } from '#config/site.ts';
import { registerMap } from '#simulators/modbus/register-map.ts';
import type { WatchedPoint } from './evidence.ts';
import type { Tick } from './truth-log.ts';

/** Which device each source reads, of those that show tags of the plant as they are. */
const devices: Readonly<Record<string, WatchedPoint['device']>> = {
  dcs: 'opcua',
  'tank-farm-plc': 'modbus',
  sis: 'sis',
  'gas-panel': 'gas-panel',
  'gas-line': 'gas-line',
};
/** The gas controllers count tenths. */
const GAS_RESOLUTION = 0.1;

/** Points whose truth is known, with their tags; `first` names all tags. */
export function watchedPoints({ points }: SiteConfig, first: Tick | undefined): WatchedPoint[] {
  return points.flatMap(({ id, source }) => {
    const device = devices[source];
    const tag = tagOf(id);
    return device && first?.shown.has(tag) ? [{ id, tag, source, device, resolution: resolutionOf(tag, device) }] : [];
  });
}

/** The SIS and the gas controllers see what others see too, under names of their own. */
const tagOf = (point: string): string =>
  point.replace(/^SIS-(XV-\d+\.(?:open|closed))$/, '$1').replace(/^GD-(\d+)\.gas$/, 'AT-$1.hydrogen');

function resolutionOf(tag: string, device: WatchedPoint['device']): number {
  if (device === 'gas-panel' || device === 'gas-line') return GAS_RESOLUTION;
  const encoding = device === 'modbus' ? registerMap.find((place) => place.point === tag)?.encoding : undefined;
  if (encoding?.type === 'uint32') return 1;
  return encoding && 'step' in encoding ? encoding.step : 0;
}
