import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';

/** Cameras that see somebody come and go every two seconds; says their ports, then how often, and ends when nobody listens. */
const count = Number(process.argv[2]);
const cameras = Array.from({ length: count }, (_, seed) => new CameraSimulator({ auth: 'digest', seed }));
for (const camera of cameras) await camera.start();
let moves = 0;
setInterval(() => {
  moves += 1;
  for (const camera of cameras) camera.show('motion', moves % 2 === 1);
}, 2_000);
process.on('message', () => process.send?.(moves));
process.on('disconnect', () => process.exit(0));
process.send?.(cameras.map(({ endpoint }) => Number(endpoint.split(':')[1])));
