import { describe, expect, it } from 'vitest';
import { additionText, withAddition } from '#agent/web/page/parts/with-addition.ts';

const points = ['  # Area/T\n  - id: Area.T\n    source: dcs'];

describe('what was found, added to a site file', () => {
  it('stands at the end of its list, before what comes behind', () => {
    const text = 'site: { id: a }\npoints:\n  - id: P\n    source: dcs\n\n# people\nreceivers:\n  - { id: park }\n';
    expect(withAddition(text, { sources: [], points })).toBe(
      'site: { id: a }\npoints:\n  - id: P\n    source: dcs\n  # Area/T\n  - id: Area.T\n    source: dcs\n\n# people\nreceivers:\n  - { id: park }\n',
    );
  });

  it('is indented as the list is', () => {
    const text = 'points: # all of them\n- id: P\n  source: dcs\nreceivers: []\n';
    expect(withAddition(text, { sources: [], points })).toBe(
      'points: # all of them\n- id: P\n  source: dcs\n# Area/T\n- id: Area.T\n  source: dcs\nreceivers: []\n',
    );
  });

  it('makes lists that the file has not', () => {
    expect(withAddition('site: { id: a }\n\n\n', { sources: ['  - id: camera-1'], points })).toBe(
      'site: { id: a }\n\nsources:\n  - id: camera-1\n\npoints:\n  # Area/T\n  - id: Area.T\n    source: dcs\n',
    );
    expect(withAddition('points:\n', { sources: [], points })).toBe(`points:\n${points[0]}\n`);
  });

  it('is pasted with the names of its lists, and without empty ones', () => {
    expect(additionText({ sources: [], points })).toBe(`points:\n${points[0]}`);
    expect(additionText({ sources: ['  - a'], points: ['  - b'] })).toBe('sources:\n  - a\npoints:\n  - b');
  });
});
