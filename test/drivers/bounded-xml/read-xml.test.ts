import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { child, descendants, readXml, textAt } from '#drivers/bounded-xml/read-xml.ts';

describe('XML from a device', () => {
  it('is a tree of names without prefixes, declared or not', () => {
    const root = readXml('<?xml version="1.0"?><s:A><tt:B x:Name="n">one &amp; <![CDATA[<two>]]></tt:B><B/></s:A>');
    expect(root?.name).toBe('A');
    expect(textAt(root, 'b')).toBe('one & <two>');
    expect(child(root, 'B')?.attributes).toEqual({ Name: 'n' });
    expect(root && descendants(root, 'b')).toHaveLength(2);
  });

  it.each([
    ['text', 'hello'],
    ['nothing', ''],
    ['a cut document', '<a><b>'],
    ['two documents', '<a/><a/>'],
    ['an unknown entity', '<a>&lol;</a>'],
    ['a document type with entities', '<!DOCTYPE a [<!ENTITY lol "lol"><!ENTITY x "&lol;&lol;">]><a>&x;</a>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['65 levels', '<a>'.repeat(65) + '</a>'.repeat(65)],
    ['too many elements', `<a>${'<b/>'.repeat(20_000)}</a>`],
    ['too many attributes', `<a ${Array.from({ length: 33 }, (_, at) => `a${at}="1"`).join(' ')}/>`],
  ])('is refused when it is %s', (_, text) => {
    expect(readXml(text)).toBeUndefined();
  });

  it('may be anything: reading ends without a throw', () => {
    const soup = fc.array(
      fc.constantFrom(
        '<a>',
        '</a>',
        '<',
        '>',
        '&',
        '&amp;',
        '"',
        "'",
        '=',
        'x',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '<?',
        '?>',
        '<!DOCTYPE',
        'é',
        '\0',
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(soup, (parts) => {
        const root = readXml(parts.join(''));
        return root === undefined || root.name.length > 0;
      }),
      { numRuns: 2_000 },
    );
  });

  it('of a megabyte takes no more than a moment, whatever it repeats', () => {
    for (const piece of ['xmlns', '<a ', '&amp;', '<a b="', '<!--', '<a><b>']) {
      const started = performance.now();
      readXml(piece.repeat(1_000_000 / piece.length));
      expect(performance.now() - started).toBeLessThan(3_000);
    }
  });
});
