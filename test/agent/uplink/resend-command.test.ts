import { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { command } from '#agent/cli/journal.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { receiverId, siteId } from '#agent/model/ids.ts';
import { parseCursor } from '#agent/uplink/cursor.ts';
import { temporaryDirectory } from '../journal/journal-fixture.ts';
import { transition } from './memory-journal.ts';

async function resend(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  try {
    const program = new Command('firewatch').exitOverride();
    command(program);
    await program.parseAsync(['journal', 'resend', ...args], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return printed.join('\n');
}

it('firewatch journal resend has a stopped site send once more what was acknowledged, and puts on record who ordered it', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'site.yaml');
  writeFileSync(
    file,
    `site: { id: kept }
journal: { directory: ./data }
sources: [{ id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 1 } }]
points: [{ id: T, source: plc, address: { at: "holding:0", type: uint16 }, kind: number }]
receivers: [{ id: park, transport: { kind: mqtt, url: "mqtt://127.0.0.1:1" } }]
`,
  );
  const open = () =>
    openJournal({
      directory: join(directory, 'data'),
      site: siteId('kept'),
      clock: systemClock,
      maxAgeMs: 86_400_000,
      maxBytes: 1e9,
      sampleCommitMs: 10,
    });
  const park = receiverId('park');
  const before = open();
  for (let count = 0; count < 5; count += 1) before.commit([{ stream: 'alarm', body: transition(Date.now()) }]);
  before.setCursors(park, new Map([['alarm', '{"acknowledged":5,"holes":[]}']]));
  const order = [file, 'park', '--stream', 'alarm', '--first', '3', '--last', '3'];
  await expect(resend(...order)).rejects.toThrow(/stop that agent/);
  before.close();

  expect(await resend(...order)).toContain('is sent once the agent runs');
  await expect(resend(file, 'park', '--stream', 'alarm')).rejects.toThrow(/--first and --last/);
  const after = open();
  expect(parseCursor(after.cursors(park).get('alarm')).acknowledged).toBe(2);
  const [entry] = after.read('audit', 0, 10);
  expect(entry?.body).toMatchObject({ action: 'uplink.resend', what: 'park', detail: { first: 3, last: 3 } });
  after.close();
});
