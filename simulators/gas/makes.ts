import type { Encode } from './cells.ts';
import { rackGateway15 } from './controllers.ts';

/** Whose maps the simulator can show; the names are those of the device profiles that read them. */
export const encoders = {
  'draeger-regard-3900': rackGateway15,
} as const satisfies Record<string, Encode>;

export type Make = keyof typeof encoders;
