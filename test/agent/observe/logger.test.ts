import { describe, expect, it } from 'vitest';
import { createChangeLog } from '#agent/observe/change-log.ts';
import { createLogger } from '#agent/observe/logger.ts';
import { statusRemark } from '#agent/observe/status-remark.ts';
import { sourceId } from '#agent/model/ids.ts';
import type { SourceState } from '#agent/model/source.ts';

function kept(pretty = false) {
  const lines: string[] = [];
  const logger = createLogger({ pretty, write: (line) => lines.push(line) });
  return { logger, lines, objects: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  it('is one JSON object a line, with time, level, message and fields', () => {
    const log = kept();
    log.logger.warn({ source: 'dcs', kind: 'opcua' }, 'subscription 2 is silent');
    expect(log.objects()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        source: 'dcs',
        kind: 'opcua',
        msg: 'subscription 2 is silent',
      },
    ]);
  });

  it('is readable at a terminal, with the stack of an error', () => {
    const log = kept(true);
    log.logger.error({ source: 'dcs', err: new TypeError('no host') }, 'driver failed');
    expect(log.lines.join('')).toMatch(/error.*driver failed source=dcs\nTypeError: no host\n +at /);
  });

  it('never shows a secret, whether in a field, below one, or inside an address', () => {
    for (const pretty of [false, true]) {
      const log = kept(pretty);
      log.logger.info({ password: 'hunter2', tls: { key: 'hunter2' } }, 'connecting');
      log.logger.error({ err: new Error('cannot reach mqtts://park:hunter2@example.org:8883/x') }, 'failed');
      expect(log.lines).toHaveLength(2);
      expect(log.lines.join('')).not.toContain('hunter2');
      expect(log.lines.join('')).toContain('mqtts://[secret]@example.org:8883');
    }
  });
});

describe('the log of changes', () => {
  const at = (state: SourceState, reason = '') =>
    statusRemark({ source: sourceId('dcs'), state, reason, since: 0, nextAttempt: Math.random() }, 'opcua');

  function changes() {
    const log = kept();
    let now = 0;
    const note = createChangeLog(log.logger, { now: () => now, monotonic: () => now });
    return { log, note, pass: (ms: number) => void (now += ms) };
  }

  it('has one line for a state, however often it is repeated', () => {
    const { log, note } = changes();
    for (let cycle = 0; cycle < 1_000; cycle++) note(at('offline', 'refused'));
    note(at('online'));
    expect(log.objects().map(({ level, msg, source, kind, state }) => [level, msg, source, kind, state])).toEqual([
      ['error', 'source dcs is offline: refused', 'dcs', 'opcua', 'offline'],
      ['info', 'source dcs is online', 'dcs', 'opcua', 'online'],
    ]);
  });

  it('holds back a source that flaps, and says afterwards how often it did', () => {
    const { log, note, pass } = changes();
    for (let cycle = 0; cycle < 100; cycle++) note(at(cycle % 2 ? 'online' : 'offline', 'reset'));
    expect(log.lines).toHaveLength(6);
    pass(60_000);
    note(at('degraded', 'unit 3 is dead'));
    expect(log.objects().at(-1)).toMatchObject({ changesNotLogged: 94, state: 'degraded' });
  });

  it('lets no flapping source silence another', () => {
    const { log, note } = changes();
    for (let cycle = 0; cycle < 100; cycle++) note(at(cycle % 2 ? 'online' : 'offline', 'reset'));
    note({ ...at('offline', 'refused'), subject: 'source plc' });
    expect(log.lines).toHaveLength(7);
  });
});
