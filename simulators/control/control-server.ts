import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { scenarioNames } from '../scenario/load-scenario.ts';
import { deviceFaultSchema, deviceNames } from '../device/fault-menus.ts';
import { settingsSchema } from '../scenario/scenario.ts';
import type { Simulators } from '../start-simulators.ts';

export interface Control {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const BODY_LIMIT = 64 * 1024;

/** Something that the caller did wrong. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Route = (simulators: Simulators, request: IncomingMessage, url: URL) => unknown;

const done = { ok: true } as const;

const routes: Readonly<Record<string, Route>> = {
  'GET /status': (simulators) => simulators.status(),
  'GET /truth': (simulators, _request, url) => {
    const after = url.searchParams.get('after');
    return after === null ? simulators.truth() : simulators.truthAfter(Number(after));
  },
  'GET /scenario': async (simulators) => ({
    playing: simulators.status().scenario,
    expects: simulators.expects,
    available: await scenarioNames(),
  }),
  'POST /scenario': async (simulators, request) => {
    const { name } = await body(request, z.strictObject({ name: z.string() }));
    if (!(await scenarioNames()).includes(name)) throw new Refusal(400, `there is no scenario ${name}`);
    await simulators.play(name);
    return done;
  },
  'POST /set': async (simulators, request) => {
    simulators.set(await body(request, settingsSchema));
    return done;
  },
  'POST /fault': async (simulators, request) => {
    const fault = await body(request, deviceFaultSchema);
    await simulators.fault(fault).catch(refuse);
    return done;
  },
  'DELETE /fault': async (simulators, _request, url) => {
    const device = z
      .enum(deviceNames)
      .optional()
      .safeParse(url.searchParams.get('device') ?? undefined);
    if (!device.success) throw new Refusal(400, `device is one of ${deviceNames.join(', ')}`);
    await simulators.clearFaults(device.data, url.searchParams.get('kind') ?? undefined).catch(refuse);
    return done;
  },
};

/**
 * HTTP control of the simulators. It can break things at will, so it listens on loopback only and answers only to
 * requests that were addressed there: a web page that a browser on this machine shows can't reach it by a rebound name.
 */
export const startControl = async (simulators: Simulators, port: number): Promise<Control> => {
  const server = createServer((request, response) => {
    void handle(simulators, request).then(
      (result) => send(response, 200, result),
      (error: unknown) => {
        const status = error instanceof Refusal ? error.status : 500;
        send(response, status, { error: error instanceof Error ? error.message : String(error) });
      },
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const handle = async (simulators: Simulators, request: IncomingMessage): Promise<unknown> => {
  const host = request.headers.host?.replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost')
    throw new Refusal(403, 'the simulators are controlled from this machine only');
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const route = routes[`${request.method} ${url.pathname}`];
  if (!route) throw new Refusal(404, `there is ${Object.keys(routes).join(', ')}`);
  return route(simulators, request, url);
};

const body = async <Body>(request: IncomingMessage, schema: z.ZodType<Body>): Promise<Body> => {
  // A cross-site form can't send this type without asking first.
  if (!request.headers['content-type']?.startsWith('application/json')) throw new Refusal(415, 'send application/json');
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > BODY_LIMIT) throw new Refusal(413, `the body is longer than ${BODY_LIMIT} bytes`);
  }
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error));
  return parsed.data;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal(400, `the body is no JSON: ${cause instanceof Error ? cause.message : ''}`);
  }
};

const refuse = (error: unknown): never => {
  throw new Refusal(400, error instanceof Error ? error.message : String(error));
};

const send = (response: ServerResponse, status: number, result: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(result));
};
