import { z } from 'zod';
import { sourceId } from '#agent/model/ids.ts';
import { notFound } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

/** Whether cameras work is for everybody who looks at the site; what they show is not: people are seen on it. */
export function cameraRoutes(api: Api, port: SitePort): void {
  api.route({
    method: 'GET',
    url: '/api/cameras',
    config: { role: 'viewer' },
    schema: { tags: ['cameras'], summary: 'cameras, their health with its reasons, and when each was seen last' },
    handler: () => ({ cameras: port.cameras() }),
  });

  api.route({
    method: 'GET',
    url: '/api/cameras/:camera/picture',
    config: { role: 'operator' },
    schema: {
      tags: ['cameras'],
      summary: 'the last picture of a camera, as it came; not kept unless an alarm needs it',
      params: z.strictObject({ camera: z.string().min(1).max(300) }),
    },
    handler({ params: { camera } }, reply) {
      const picture = port.picture(sourceId(camera));
      if (!picture) throw notFound(`picture of ${camera}; none came since the start`);
      return reply
        .type('image/jpeg')
        .header('last-modified', new Date(picture.takenAt).toUTCString())
        .send(Buffer.from(picture.jpeg));
    },
  });
}
