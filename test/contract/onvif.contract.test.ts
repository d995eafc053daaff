import { driverContract } from './driver-contract.ts';
import { onvifTarget } from './onvif-target.ts';

driverContract('onvif', onvifTarget);
