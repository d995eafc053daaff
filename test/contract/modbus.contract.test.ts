import { driverContract } from './driver-contract.ts';
import { modbusTarget } from './modbus-target.ts';

driverContract('modbus', modbusTarget);
