import { z } from 'zod';
import { secret } from '#config/secret.ts';
import { tagFeedKeys } from '../locating/schema.ts';
import { webSocketKeys, webSocketUrl } from '../web-socket/schema.ts';
import { checksumRules } from './checksum.ts';
import { planes } from './positions.ts';

export const optionsSchema = z.strictObject({
  url: webSocketUrl('ws://10.0.0.8:9001').meta({ description: 'Address of the hub; usually port 9001' }),
  user: z.string().min(1).max(64).meta({ description: 'User name' }),
  password: secret(),
  salt: secret().optional().meta({ description: 'Salt of the passwords, where the hub is set to use one' }),
  positions: z.enum(planes).default('plan').meta({
    description:
      'Which positions are taken, where the hub sends several for one tag: on its map, longitude and latitude, or on its global plan',
  }),
  checksum: z
    .enum(['auto', ...checksumRules, 'none'])
    .default('auto')
    .meta({
      description: 'How frames are checked; auto finds the rule out, none trusts the length alone',
    }),
  ...webSocketKeys,
  ...tagFeedKeys,
});

export type LocalSenseOptions = z.output<typeof optionsSchema>;
