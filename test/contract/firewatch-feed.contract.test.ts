import { driverContract } from './driver-contract.ts';
import { firewatchFeedTarget } from './firewatch-feed-target.ts';

driverContract('firewatch-feed', firewatchFeedTarget);
