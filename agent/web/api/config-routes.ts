import { z } from 'zod';
import { Problem } from '../problem.ts';
import type { Answer, ConfigPort, SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

/** A list of points may be long. Bytes of one request */
const LONGEST = 16_000_000;

const files = z.record(z.string().min(1).max(500), z.string().max(LONGEST)).describe('text of each file, by its name');

/** The configuration's files: seen, checked, put on trial, taken back. Secrets stand in them as references alone. */
export function configRoutes(api: Api, { configuration }: SitePort): void {
  const port = (): ConfigPort => {
    if (!configuration) throw new Problem(404, 'Not found', 'this site has no configuration files');
    return configuration;
  };
  const answer = (given: Answer) => {
    if (!given.accepted) throw new Problem(409, 'Refused', given.text);
    return given;
  };

  api.route({
    method: 'GET',
    url: '/api/config',
    config: { role: 'engineer' },
    schema: { tags: ['configuration'], summary: 'the files, and whether a change is on trial' },
    handler: () => ({ files: port().files(), status: port().status() }),
  });

  api.route({
    method: 'POST',
    url: '/api/config/check',
    config: { role: 'engineer', isHarmless: true },
    bodyLimit: LONGEST,
    schema: {
      tags: ['configuration'],
      summary: 'every fault that these texts would have, with file, line and column; changes nothing',
      body: z.strictObject({ files }),
    },
    handler: ({ body }) => port().check(body.files),
  });

  api.route({
    method: 'POST',
    url: '/api/config/apply',
    config: { role: 'engineer' },
    bodyLimit: LONGEST,
    schema: {
      tags: ['configuration'],
      summary: 'puts these texts into force on trial; taken back by itself when sources stop delivering',
      body: z.strictObject({ files }),
    },
    handler: ({ body, visitor }) => answer(port().apply(body.files, visitor.who)),
  });

  api.route({
    method: 'POST',
    url: '/api/config/rollback',
    config: { role: 'engineer' },
    schema: { tags: ['configuration'], summary: 'takes back what is on trial', body: z.strictObject({}) },
    handler: ({ visitor }) => answer(port().rollback(visitor.who)),
  });
}
