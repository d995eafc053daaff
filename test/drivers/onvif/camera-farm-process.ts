import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';
import { picture, type PictureWish } from '#simulators/camera/picture.ts';

/** Cameras that see somebody come and go every two seconds; says their ports, then how often, and ends when nobody listens. */
let drawn: { readonly second: number; readonly jpeg: Buffer } = { second: 0, jpeg: Buffer.alloc(0) };
const draw = (wish: PictureWish): Buffer => {
  const second = Math.floor(wish.time / 1_000);
  if (second !== drawn.second) drawn = { second, jpeg: picture(wish) };
  return drawn.jpeg;
};

const count = Number(process.argv[2]);
const cameras = Array.from({ length: count }, () => new CameraSimulator({ auth: 'digest', draw }));
for (const camera of cameras) await camera.start();
let moves = 0;
setInterval(() => {
  moves += 1;
  for (const camera of cameras) camera.show('motion', moves % 2 === 1);
}, 2_000);
process.on('message', () => process.send?.(moves));
process.on('disconnect', () => process.exit(0));
process.send?.(cameras.map(({ endpoint }) => Number(endpoint.split(':')[1])));
