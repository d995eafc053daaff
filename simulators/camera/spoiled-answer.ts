import type { ServerResponse } from 'node:http';
import { dateAndTime } from './soap-answers.ts';
import type { CameraFault } from './fault.ts';

const HUGE_PARTS = 400;
const PART = Buffer.alloc(100_000, '<a>');
const ENDLESS_EVERY_MS = 50;

/** Answers as a broken or hostile camera does, if a fault asks for it; false when none does. */
export function spoil(faults: readonly CameraFault[], response: ServerResponse): boolean {
  const has = (kind: CameraFault['kind']): boolean => faults.some((fault) => fault.kind === kind);
  if (has('malformed')) {
    response.end(dateAndTime(Date.now()).slice(0, 700));
  } else if (has('entities')) {
    const levels = Array.from({ length: 12 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('');
    response.end(`<!DOCTYPE x [<!ENTITY e0 "ha">${levels}]><x>&e12;</x>`);
  } else if (has('huge')) {
    for (let n = 0; n < HUGE_PARTS; n++) response.write(PART);
    response.end();
  } else if (has('endless')) {
    const dripping = setInterval(() => response.write('<a>'), ENDLESS_EVERY_MS);
    response.on('close', () => clearInterval(dripping));
  } else {
    return false;
  }
  return true;
}
