import type { Scene, SimulatedDevice } from '../device/simulated-device.ts';
import { plantPlan, type PlanZone } from '../locating/floor-plan.ts';
import type { PersonTruth } from '../locating/walker.ts';
import { alertBox } from './box-device.ts';
import { siteCamera, type CameraSight } from './camera-device.ts';

const COMPRESSOR = 'compressor-house';
const TANK_FARM = 'tank-farm';
/** So many in one picture are a crowd, for a box that counts heads. */
const CROWD = 10;
/** Hydrogen in the compressor house at which the shimmer over the leak can be seen, %LEL. */
const SHIMMER_LEL = 100;
/** Oxygen out of a tank's vent at which the vapour can be seen, kg/s. */
const VAPOUR_KG_S = 0.2;

const zoneOf = (name: string): PlanZone => {
  const zone = plantPlan.zones.find((known) => known.name === name);
  if (!zone) throw new Error(`the plan has no zone ${name}`);
  return zone;
};

const peopleIn = (name: string, { people }: Scene): readonly PersonTruth[] =>
  people.filter(({ zones }) => zones.includes(name));

/** As a camera on the south wall sees the zone: west is left, north is far away. */
function sightOf(name: string, scene: Scene, cloud: number): CameraSight {
  const { left, right, bottom, top } = zoneOf(name);
  const here = peopleIn(name, scene);
  return {
    figures: here.map(({ x, y }) => ({ u: (x - left) / (right - left), v: 1 - (y - bottom) / (top - bottom) })),
    cloud: Math.min(1, Math.max(0, cloud)),
    isMoving: here.some(({ activity }) => activity !== 'still'),
  };
}

/** Sees the compressor house, and the air shimmer where hydrogen escapes. */
export const compressorCamera = (port: number): SimulatedDevice =>
  siteCamera({
    name: 'camera-compressor',
    port,
    seed: 11,
    sight: (scene) => ({
      ...sightOf(COMPRESSOR, scene, Number(scene.plant.show('AT-1501.hydrogen').truth) / SHIMMER_LEL),
      hasFallen: hasFallen(scene),
    }),
  });

/** Sees the tank farm, and the vapour over the roof of a tank that decomposes. */
export const tankFarmCamera = (port: number): SimulatedDevice =>
  siteCamera({
    name: 'camera-tank-farm',
    port,
    seed: 12,
    sight: (scene) => sightOf(TANK_FARM, scene, vapour(scene) / VAPOUR_KG_S),
  });

const hasFallen = (scene: Scene): boolean =>
  peopleIn(COMPRESSOR, scene).length > 0 && scene.plant.handle('crew.fall') > 0.5;

const vapour = ({ plant: { plant } }: Scene): number => Math.max(plant.tank1.ventFlow, plant.tank2.ventFlow);

/** The box on both cameras: channel 1 is the compressor house, channel 2 the tank farm. */
export const plantBox = (port: number): SimulatedDevice =>
  alertBox({
    name: 'ai-box',
    port,
    findings(scene) {
      const { plant } = scene;
      const inHouse = peopleIn(COMPRESSOR, scene);
      const isWork = plant.handle('hot-work.compressor-house') === 2;
      return [
        { type: 'leavePosition', channel: 1, isThere: isWork && peopleIn('guardian-post', scene).length === 0 },
        {
          type: 'safetyHelmetDetection',
          channel: 1,
          isThere: inHouse.length > 0 && plant.handle('crew.helmets') < 0.5,
        },
        { type: 'fallDown', channel: 1, isThere: hasFallen(scene) },
        { type: 'group', channel: 2, isThere: peopleIn(TANK_FARM, scene).length >= CROWD },
        { type: 'smokeDetection', channel: 2, isThere: vapour(scene) >= VAPOUR_KG_S },
      ];
    },
  });
