import { driverContract } from './driver-contract.ts';
import { fieldMillTarget } from './field-mill-target.ts';

driverContract('field-mill', fieldMillTarget);
