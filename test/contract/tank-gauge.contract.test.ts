import { driverContract } from './driver-contract.ts';
import { tankGaugeTarget } from './tank-gauge-target.ts';

driverContract('tank-gauge', tankGaugeTarget);
