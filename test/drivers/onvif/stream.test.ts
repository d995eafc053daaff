import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { firstFrame } from '#drivers/onvif/first-frame.ts';
import { describeStream, type StreamTarget } from '#drivers/onvif/rtsp.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';

const account = { user: 'viewer', password: 'simulated' };

async function target(): Promise<{ camera: CameraSimulator; stream: StreamTarget }> {
  const camera = new CameraSimulator({ auth: 'digest', account });
  await camera.start();
  onTestFinished(() => camera.stop());
  const uri = `rtsp://192.0.2.9:${camera.rtsp.port}/main`;
  const signal = new AbortController().signal;
  return { camera, stream: { uri, host: '127.0.0.1', credentials: account, timeoutMs: 1_000, signal } };
}

/** Answers every connection with these bytes, again and again. */
async function babbler(text: string): Promise<number> {
  const server = createServer((socket) => {
    const saying = setInterval(() => socket.write(text), 10);
    socket.on('error', () => undefined);
    socket.on('close', () => clearInterval(saying));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('a stream', { timeout: 180_000 }, () => {
  it('is described, and neither set up nor played', async () => {
    const { camera, stream } = await target();
    expect(await describeStream(stream)).toBe('ok');
    expect([...camera.rtsp.requests.keys()].toSorted()).toEqual(['DESCRIBE', 'OPTIONS']);
    expect(camera.login.refused).toBe(0);
  });

  it('is refused, missing, or without an answer', async () => {
    const { camera, stream } = await target();
    expect(await describeStream({ ...stream, credentials: { user: 'viewer', password: 'wrong' } })).toBe('refused');
    expect(await describeStream({ ...stream, credentials: undefined })).toBe('refused');
    await camera.fault({ kind: 'no-stream' });
    expect(await describeStream(stream)).toBe('no-video');
    await camera.stop();
    expect(await describeStream(stream)).toBe('no-answer');
  });

  it.each([
    ['noise', 'x'.repeat(10_000)],
    ['a head without an end', 'RTSP/1.0 200 OK\r\nX: y\r\n'],
    ['a body without an end', 'RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n'],
  ])('of %s is given up', async (_, text) => {
    const { stream } = await target();
    const port = await babbler(text);
    expect(await describeStream({ ...stream, uri: `rtsp://127.0.0.1:${port}/` })).toBe('no-answer');
  });

  it('has a first frame, none, or nobody who could tell; a program that hangs is ended', async () => {
    const { stream } = await target();
    const dir = mkdtempSync(join(tmpdir(), 'firewatch-frame-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const program = (name: string, does: string): string => {
      const file = join(dir, name);
      writeFileSync(file, `#!/bin/sh\n${does}\n`, { mode: 0o755 });
      return file;
    };
    expect(await firstFrame({ ...stream, program: program('sees', 'echo 1920') })).toBe(true);
    expect(await firstFrame({ ...stream, program: program('fails', 'exit 1') })).toBe(false);
    expect(await firstFrame({ ...stream, program: join(dir, 'missing') })).toBeUndefined();
    const hangs = program('hangs', 'exec sleep 60');
    expect(await firstFrame({ ...stream, timeoutMs: 200, program: hangs })).toBe(false);
  });
});
