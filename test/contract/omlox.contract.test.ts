import { driverContract } from './driver-contract.ts';
import { omloxTarget } from './omlox-target.ts';

driverContract('omlox', omloxTarget);
