import { alertStreamTarget } from './alert-stream-target.ts';
import { driverContract } from './driver-contract.ts';

driverContract('alert-stream', alertStreamTarget);
