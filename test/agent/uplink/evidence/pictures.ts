import { createHash } from 'node:crypto';
import { Flag } from '#agent/model/flags.ts';
import { sourceId } from '#agent/model/ids.ts';
import type { MemoryJournal } from '../memory-journal.ts';

/** Pictures on a disk that is none, and the events that tell of them. */
export function pictures(journal: MemoryJournal) {
  const disk = new Map<string, Buffer>();
  return {
    disk,
    read: (file: string) => disk.get(file),
    keep(file: string, content: Buffer, flags: number = Flag.sim): void {
      disk.set(file, content);
      const sha256 = createHash('sha256').update(content).digest('hex');
      const detail = {
        file,
        sha256,
        bytes: content.length,
        alarm: 'T/HH',
        occurrence: 1,
        camera: 'cam-east',
        phase: 'before',
      };
      const body = { time: 1, kind: 'evidence.stored', source: sourceId('cam-east'), text: file, detail, flags };
      journal.add({ stream: 'event', time: Date.now(), body });
    },
  };
}

/** Bytes that no compression makes smaller. */
export function noise(bytes: number): Buffer {
  let state = Buffer.from('seed');
  const parts: Buffer[] = [];
  for (let made = 0; made < bytes; made += 32) parts.push((state = createHash('sha256').update(state).digest()));
  return Buffer.concat(parts).subarray(0, bytes);
}
