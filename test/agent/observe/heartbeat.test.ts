import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Health } from '#agent/observe/health.ts';
import { readHeartbeat, removeHeartbeat, writeHeartbeat } from '#agent/observe/heartbeat.ts';

const T0 = 1_760_000_000_000;
const well: Health = { isLive: true, isReady: true, isDegraded: false, reasons: [] };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'firewatch-heartbeat-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const beat = (health: Health): void => writeHeartbeat(health, { directory, now: () => T0, version: '1.2.3' });

describe('a heartbeat', () => {
  it('tells what the agent said of itself', () => {
    const reason = { about: 'journal', text: "the journal's disk is full" } as const;
    beat({ ...well, isDegraded: true, reasons: [reason] });
    const answer = readHeartbeat(directory, T0 + 4000);
    expect(answer).toMatchObject({
      isAlive: true,
      heartbeat: { pid: process.pid, version: '1.2.3', reasons: [reason] },
    });
    expect(answer.text).toContain('ready, with faults');
  });

  it('counts for fifteen seconds, on either side of a clock that steps', () => {
    beat(well);
    expect(readHeartbeat(directory, T0 + 15_000).isAlive).toBe(true);
    expect(readHeartbeat(directory, T0 + 15_001).isAlive).toBe(false);
    expect(readHeartbeat(directory, T0 - 15_001).isAlive).toBe(false);
  });

  it('of an agent that does not keep up is a no', () => {
    beat({ ...well, isLive: false });
    expect(readHeartbeat(directory, T0)).toMatchObject({ isAlive: false, text: expect.stringContaining('keep up') });
  });

  it('is absent before the first and after a stop, with nothing left behind', () => {
    expect(readHeartbeat(directory, T0).isAlive).toBe(false);
    beat(well);
    removeHeartbeat(directory);
    expect(readHeartbeat(directory, T0)).toEqual({ isAlive: false, text: `no agent runs on ${directory}` });
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each(['', '{', '{"time":1}', '[]'])('that reads %j is none', (text) => {
    writeFileSync(join(directory, 'heartbeat.json'), text);
    expect(readHeartbeat(directory, T0).isAlive).toBe(false);
  });
});
