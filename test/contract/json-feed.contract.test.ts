import { driverContract } from './driver-contract.ts';
import { jsonFeedTarget } from './json-feed-target.ts';

driverContract('json-feed over mqtt', () => jsonFeedTarget('mqtt'));
driverContract('json-feed over web-socket', () => jsonFeedTarget('web-socket'));
driverContract('json-feed over tcp', () => jsonFeedTarget('tcp'));
