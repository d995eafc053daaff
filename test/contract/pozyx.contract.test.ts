import { driverContract } from './driver-contract.ts';
import { pozyxTarget } from './pozyx-target.ts';

driverContract('pozyx', pozyxTarget);
