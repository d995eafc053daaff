import type { Scene, SimulatedDevice } from '../device/simulated-device.ts';
import { alertBox } from './box-device.ts';
import { siteCamera } from './camera-device.ts';

const BAY = 1;
const FORECOURT = 2;

/** What goes on at the filling station: the plant's handles `station.…`. */
const goesOn = ({ plant }: Scene) => ({
  isUnloading: plant.handle('station.unloading') > 0.5,
  isGuarded: plant.handle('station.guard') > 0.5,
  isClamped: plant.handle('station.clamp') > 0.5,
  isSmoking: plant.handle('station.smoking') > 0.5,
  isPhoning: plant.handle('station.phone') > 0.5,
});

/** Sees the unloading bay on its left and the forecourt on its right. */
export const stationCamera = (port: number): SimulatedDevice =>
  siteCamera({
    name: 'station-camera',
    port,
    seed: 21,
    sight(scene) {
      const { isUnloading, isGuarded, isSmoking, isPhoning } = goesOn(scene);
      const figures = [
        ...(isUnloading && isGuarded ? [{ u: 0.2, v: 0.6 }] : []),
        ...(isSmoking ? [{ u: 0.65, v: 0.5 }] : []),
        ...(isPhoning ? [{ u: 0.85, v: 0.7 }] : []),
      ];
      return { figures, vehicles: isUnloading ? 1 : 0, cloud: 0, isMoving: isUnloading };
    },
  });

/** The box on that camera: channel 1 is the bay, channel 2 the forecourt. */
export const stationBox = (port: number): SimulatedDevice =>
  alertBox({
    name: 'station-box',
    port,
    findings(scene) {
      const { isUnloading, isGuarded, isClamped, isSmoking, isPhoning } = goesOn(scene);
      return [
        { type: 'oilUnloadNoGuard', channel: BAY, isThere: isUnloading && !isGuarded },
        { type: 'staticClamp', channel: BAY, isThere: isUnloading && !isClamped },
        { type: 'smoking', channel: FORECOURT, isThere: isSmoking },
        { type: 'playCellphone', channel: FORECOURT, isThere: isPhoning },
      ];
    },
  });
