import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml } from '#drivers/bounded-xml/read-xml.ts';
import { readCameraClock } from '#drivers/onvif/camera-clock.ts';
import { readMessages } from '#drivers/onvif/event-message.ts';
import { takeAnswer } from '#drivers/onvif/rtsp-connection.ts';
import { faultOf, isRefusal, readBody } from '#drivers/onvif/soap.ts';
import { plainTopic } from '#drivers/onvif/topics.ts';

const notification = (inside: string): string =>
  `<Body><PullMessagesResponse><NotificationMessage>${inside}</NotificationMessage></PullMessagesResponse></Body>`;

const read = (xml: string) => {
  const root = readXml(xml);
  if (!root) throw new Error('no XML');
  return readMessages(root);
};

describe('what a camera sends', () => {
  it('is understood without the wrapping, with odd topics, and without a time', () => {
    const { messages } = read(
      notification(
        '<Topic>tns1:RuleEngine/FieldDetector/ObjectsInside/.</Topic><Message UtcTime="0000-00-00T00:00:00Z" PropertyOperation="Changed"><Data><SimpleItem Name="IsInside" Value="true"/></Data></Message>',
      ),
    );
    expect(messages).toEqual([
      {
        topic: 'ruleengine/fielddetector/objectsinside',
        operation: 'changed',
        time: undefined,
        source: {},
        data: { isinside: 'true' },
      },
    ]);
  });

  it('is counted where it is no message', () => {
    expect(read(notification('<Topic/>'))).toEqual({ messages: [], refused: 1 });
  });

  it.each([
    ['tns1:VideoSource/MotionAlarm', 'videosource/motionalarm'],
    [' tns1:Device/tns1:Trigger/DigitalInput/. ', 'device/trigger/digitalinput'],
    ['', ''],
  ])('has a plain topic: %s', (topic, plain) => expect(plainTopic(topic)).toBe(plain));

  it.each([
    ['<e/>', undefined],
    ['<UTCDateTime><Date/><Time/></UTCDateTime>', undefined],
    [
      '<UTCDateTime><Time><Hour>8</Hour><Minute>0</Minute><Second>1</Second></Time><Date><Year>2026</Year><Month>3</Month><Day>4</Day></Date></UTCDateTime>',
      Date.UTC(2026, 2, 4, 8, 0, 1),
    ],
  ])('has a clock or none: %.40s', (xml, time) => expect(readCameraClock(readXml(`<Body>${xml}</Body>`))).toBe(time));

  it.each([
    [401, '<!DOCTYPE html><html>Unauthorized</html>', true],
    [
      400,
      '<Envelope><Body><Fault><Code><Value>Sender</Value><Subcode><Value>ter:NotAuthorized</Value></Subcode></Code></Fault></Body></Envelope>',
      true,
    ],
    [500, '<Envelope><Body><Fault><Reason><Text>Sender not Authorized</Text></Reason></Fault></Body></Envelope>', true],
    [500, '<Envelope><Body><Fault><Reason><Text>Out of memory</Text></Reason></Fault></Body></Envelope>', false],
    [200, '<Envelope><Body/></Envelope>', false],
  ])('is a refused login or not: %i %.60s', (status, text, isOne) =>
    expect(isRefusal({ status, text, body: readBody(text), challenges: [], isSimulator: false })).toBe(isOne),
  );

  it('may be anything: it is read or refused, and nothing throws', () => {
    const pieces = constantFrom(
      '<Body>',
      '</Body>',
      '<NotificationMessage>',
      '</NotificationMessage>',
      '<Topic>',
      'tns1:',
      '/',
      '</Topic>',
      '<Message UtcTime="x">',
      '</Message>',
      '<Data>',
      '</Data>',
      '<SimpleItem Name="__proto__" Value="1"/>',
      '<Fault>',
      '</Fault>',
      '<Text>é</Text>',
      '<UTCDateTime>',
      '</UTCDateTime>',
      'RTSP/1.0 200 OK\r\n',
      'Content-Length: 99\r\n',
      '\r\n\r\n',
    );
    assert(
      property(array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const root = readXml(`<Body>${text}</Body>`);
        expect(root ? readMessages(root).refused : 0).toBeGreaterThanOrEqual(0);
        expect(readCameraClock(root)).toBeUndefined();
        expect(faultOf(root) ?? 'none').not.toBe('');
        expect(takeAnswer(text)?.length ?? 1).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });
});
