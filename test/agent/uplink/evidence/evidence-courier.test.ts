import { describe, expect, it } from 'vitest';
import { receiverId } from '#agent/model/ids.ts';
import type { EvidenceUplinkOptions } from '#agent/model/receiver.ts';
import { createOutbox, type Flight } from '#agent/uplink/outbox.ts';
import { firewatchJson } from '#agent/uplink/profiles/firewatch-json.ts';
import { releaseFrom } from '#agent/uplink/release.ts';
import { createSelection } from '#agent/uplink/select/selection.ts';
import { defaultTuning } from '#agent/uplink/tuning.ts';
import { site } from '../harness.ts';
import { memoryJournal } from '../memory-journal.ts';
import { noise, pictures } from './pictures.ts';

const id = receiverId('park');
const ample: EvidenceUplinkOptions = { clips: false, maxBytes: 1e6, bytesPerMinute: 1e9 };

function bench(options: EvidenceUplinkOptions = ample, journal = memoryJournal(), camera = pictures(journal)) {
  const outbox = createOutbox({
    receiver: {
      id,
      evidence: options,
      lanes: {
        alarm: { streams: ['alarm', 'event'] },
        live: { streams: ['sample'], withinMs: 30_000 },
        backfill: { samplesPerSecond: 1_000_000 },
        inFlight: 20,
      },
    },
    reader: journal,
    profile: firewatchJson(site),
    selection: () => createSelection({ reader: journal }),
    tuning: { ...defaultTuning, messageBytes: 8192, tries: 2 },
    readEvidence: camera.read,
  });
  outbox.connected({ inFlight: 65_535, messageBytes: Infinity });
  let now = 0;
  const at = () => ({ wallMs: 1_790_000_000_000 + now, monotonicMs: now });
  const nameOf = ({ message }: Flight): string => message.id?.replace(`${site.id}/`, '') ?? message.topic;
  const send = (): Flight[] => {
    const sent: Flight[] = [];
    for (let flight = outbox.next(at()); flight; flight = outbox.next(at())) sent.push(flight);
    return sent;
  };
  const accept = (flights: readonly Flight[]) => {
    for (const flight of flights) outbox.settle(flight, { type: 'accepted' }, at());
  };
  /** Sends and accepts until nothing more comes. */
  const drain = (): string[] => {
    const names: string[] = [];
    for (let flights = send(); flights.length > 0; flights = send()) {
      names.push(...flights.map(nameOf));
      accept(flights);
    }
    return names;
  };
  return { journal, camera, outbox, at, send, accept, drain, nameOf, pass: (ms: number) => (now += ms) };
}

describe('content of evidence', () => {
  it('goes after the event that tells of it, in pieces, one at a time, and an alarm waits for none of them', () => {
    const { journal, camera, send, accept, drain, nameOf } = bench();
    camera.keep('a.jpg', noise(10_000));
    const told = send();
    expect(told.map(nameOf)).toEqual(['event/1']);
    accept(told);
    const first = send();
    expect(first.map(nameOf)).toEqual(['evidence/1/0']);
    journal.addAlarm(1);
    expect(send().map(nameOf)).toEqual(['alarm/1']);
    accept(first);
    expect(drain()).toEqual(['evidence/1/4608', 'evidence/1/9216']);
  });

  it('keeps to its rate, and waits while anything else is to be sent', () => {
    const { camera, drain, pass, journal } = bench({ ...ample, bytesPerMinute: 60_000 });
    for (const file of ['a.jpg', 'b.jpg', 'c.jpg']) camera.keep(file, noise(4000));
    expect(drain()).toEqual(['event/1', 'event/2', 'event/3', 'evidence/1/0']);
    pass(5000);
    expect(drain()).toEqual([]);
    pass(2000);
    journal.addAlarm(1);
    expect(drain()).toEqual(['alarm/1', 'evidence/2/0']);
  });

  it('of what was kept before it was asked for stays, of films too unless they are wanted', () => {
    const journal = memoryJournal();
    const camera = pictures(journal);
    camera.keep('early.jpg', noise(10));
    const { drain } = bench(ample, journal, camera);
    camera.keep('film.ts', noise(10));
    camera.keep('late.jpg', noise(10));
    expect(drain()).toEqual(['event/1', 'event/2', 'event/3', 'evidence/3/0']);
    const second = bench({ ...ample, clips: true });
    second.camera.keep('film.ts', noise(10));
    expect(second.drain()).toEqual(['event/1', 'evidence/1/0']);
  });

  it('that is gone, too large or altered is said to be missing, with the reason', () => {
    const { camera, drain, outbox } = bench({ ...ample, maxBytes: 1000 });
    for (const file of ['gone.jpg', 'altered.jpg', 'fine.jpg']) camera.keep(file, noise(1000));
    camera.keep('large.jpg', noise(1001));
    camera.disk.delete('gone.jpg');
    camera.disk.set('altered.jpg', noise(999));
    expect(drain().filter((name) => name.startsWith('evidence'))).toEqual([
      'evidence/1/expired',
      'evidence/2/altered',
      'evidence/3/0',
      'evidence/4/too-large',
    ]);
    expect(outbox.evidence).toMatchObject({ pieces: 4, missing: 3 });
  });

  it('that the receiver refuses is put into quarantine alone, once for all restarts, and can be released', () => {
    const { journal, camera, outbox, send, accept, at, pass, nameOf } = bench();
    camera.keep('bad.jpg', noise(10));
    camera.keep('good.jpg', noise(10));
    accept(send());
    for (let tries = 0; tries < 2; tries += 1) {
      const [flight] = send();
      if (!flight) throw new Error('nothing was sent');
      expect(nameOf(flight)).toBe('evidence/1/0');
      outbox.settle(flight, { type: 'refused', reason: 'no pictures please', isMessageFault: true }, at());
      pass(2000);
    }
    const rest = send();
    expect(rest.map(nameOf)).toEqual(['evidence/2/0']);
    accept(rest);
    expect(outbox.quarantined).toMatchObject([{ stream: 'evidence', seq: 1, reason: 'no pictures please' }]);
    outbox.flush();
    expect(bench(ample, journal, camera).drain()).toEqual([]);
    journal.setCursors(
      id,
      releaseFrom(journal.cursors(id), () => true),
    );
    expect(bench(ample, journal, camera).drain()).toEqual(['evidence/1/0', 'evidence/2/0']);
  });

  it('goes on where it was when the connection broke, but for what a broker may have lost', () => {
    const { camera, outbox, send, accept, at, pass, nameOf } = bench();
    camera.keep('a.jpg', noise(20_000));
    accept(send());
    const next = (): string => {
      const flights = send();
      accept(flights);
      return flights.map(nameOf).join();
    };
    expect([next(), next()]).toEqual(['evidence/1/0', 'evidence/1/4608']);
    pass(11_000);
    expect(next()).toBe('evidence/1/9216');
    send();
    outbox.lost(at());
    pass(31_000);
    expect(next()).toBe('evidence/1/13824');
    send();
    outbox.lost(at());
    pass(9000);
    expect(next()).toBe('');
  });

  it('that breaks the connection again and again is given up, and holds nothing else up', () => {
    const { journal, camera, outbox, send, accept, at, pass, nameOf, drain } = bench();
    camera.keep('bad.jpg', noise(10));
    accept(send());
    for (let breaks = 0; breaks < 2; breaks += 1) {
      expect(send().map(nameOf)).toEqual(['evidence/1/0']);
      outbox.lost(at());
      journal.addAlarm(1);
      pass(20_000);
      expect(drain().filter((name) => name.startsWith('alarm')).length).toBe(1);
      pass(11_000);
    }
    expect(drain()).toEqual([]);
    expect(outbox.quarantined).toMatchObject([{ stream: 'evidence', seq: 1 }]);
  });
});
