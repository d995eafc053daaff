import { driverContract } from './driver-contract.ts';
import { localSenseTarget } from './local-sense-target.ts';

driverContract('local-sense', localSenseTarget);
