import { driverContract } from './driver-contract.ts';
import { opcuaTarget } from './opcua-target.ts';

driverContract('opcua', opcuaTarget);
