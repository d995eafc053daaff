import { keepCompiled } from './keep-compiled.ts';

keepCompiled();
// After it: what is imported before the cache is open is compiled anew at each start.
await import('./program.ts');
