import { describe, expect, it } from 'vitest';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { nameless, pseudonymsOf } from '#agent/line/nameless.ts';

const event = (more: Partial<SiteEvent>): SiteEvent => ({ time: 1, kind: 'hub.alarm', text: '', flags: 0, ...more });

describe('an event that names people', () => {
  it('is kept with pseudonyms in every text of it, the longest name first, and without the list of names', () => {
    const told = event({
      text: 'tag 12 crossed after tag 123',
      who: ['12', '123'],
      detail: { tag: '123', area: 12, note: 'near 12' },
    });
    const kept = nameless(told, (who) => `<${who.length}>`);
    expect(kept).toEqual(
      event({
        text: 'tag <2> crossed after tag <3>',
        detail: { tag: '<3>', area: 12, note: 'near <2>', person: '<3>' },
      }),
    );
    expect('who' in kept).toBe(false);
  });

  it('is left as it is when it names nobody, and names somebody where nobody keeps pseudonyms', () => {
    const plain = event({ text: 'link down' });
    expect(nameless(plain, () => 'x')).toEqual(plain);
    expect(nameless(event({ text: 'tag 7', who: ['7', ''] }), pseudonymsOf([])).text).toBe('tag somebody');
    const known = { pseudonym: (who: string) => `p${who}` } as unknown as Derivation;
    expect(nameless(event({ text: 'tag 7', who: ['7'] }), pseudonymsOf([known])).text).toBe('tag p7');
  });
});
