import { compressorTags } from './compressor.ts';
import { extractionTags } from './extraction.ts';
import { gasCloudTags } from './gas-cloud.ts';
import { hydrogenationTags } from './hydrogenation.ts';
import { loadingTags } from './loading.ts';
import { oxidationTags } from './oxidation.ts';
import type { Plant } from './plant.ts';
import { storageTankTags } from './storage-tank.ts';
import { tankYardTags, utilityTags } from './surroundings.ts';
import type { System, TagOf } from './tag.ts';
import { workingSolutionTags } from './working-solution.ts';

/** A tag of the whole plant and the system that shows it. */
export interface PlantTag extends TagOf<Plant> {
  readonly system: System;
}

const shownBy = <Of>(system: System, table: readonly TagOf<Of>[], part: (plant: Plant) => Of): PlantTag[] =>
  table.map((tag) => ({ ...tag, system, read: (plant) => tag.read(part(plant)) }));

/** Every tag of the plant, in the order of the process. */
export const plantTags: readonly PlantTag[] = [
  ...shownBy('dcs', compressorTags, (plant) => plant.compressor),
  ...shownBy('dcs', hydrogenationTags, (plant) => plant.hydrogenation),
  ...shownBy('dcs', workingSolutionTags, (plant) => plant.workingSolution),
  ...shownBy('dcs', oxidationTags, (plant) => plant.oxidation),
  ...shownBy('dcs', extractionTags, (plant) => plant.extraction),
  ...shownBy('dcs', utilityTags, (plant) => plant.surroundings),
  ...shownBy('plc', storageTankTags(2101, [2101, 2103]), (plant) => plant.tank1),
  ...shownBy('plc', storageTankTags(2102, [2102, 2104]), (plant) => plant.tank2),
  ...shownBy('plc', loadingTags, (plant) => plant.loading),
  ...shownBy('plc', gasCloudTags, (plant) => plant.gasCloud),
  ...shownBy('plc', tankYardTags, (plant) => plant.surroundings),
];

export const tagOf = new Map(plantTags.map((tag) => [tag.point, tag]));
