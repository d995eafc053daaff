import { keepCompiled } from './keep-compiled.ts';
import { keepMqttLengthsTogether } from './keep-mqtt-lengths-together.ts';

keepCompiled();
keepMqttLengthsTogether();
// After them: what is imported before the cache is open is compiled anew at each start.
await import('./program.ts');
