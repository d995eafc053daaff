import { discoverCameras, WS_DISCOVERY } from '#drivers/onvif/discovery.ts';
import { cameraLines } from './camera-lines.ts';
import type { OrderOf, Search } from './search.ts';

const WAIT_SECONDS = 5;

/** Cameras that answer WS-Discovery; routers do not pass it on. */
export const searchOnvif: Search<OrderOf<'onvif'>> = async ({ at }, { tell, signal }) => {
  const [address = WS_DISCOVERY.address, port] = at?.split(':') ?? [];
  let seconds = 0;
  const timer = setInterval(() => tell({ seen: Math.min((seconds += 1), WAIT_SECONDS), of: WAIT_SECONDS }), 1000);
  try {
    const cameras = await discoverCameras({
      address,
      port: port === undefined ? WS_DISCOVERY.port : Number(port),
      waitMs: WAIT_SECONDS * 1000,
      signal,
      refused: (from) => tell({ note: `an answer that makes no sense came from ${from}` }),
    });
    signal.throwIfAborted();
    tell({
      seen: WAIT_SECONDS,
      of: WAIT_SECONDS,
      found: cameras.map((camera, index) => ({
        ...cameraLines(camera, index + 1),
        detail: `${camera.host}:${camera.port}`,
      })),
    });
  } finally {
    clearInterval(timer);
  }
};
