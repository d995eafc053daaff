import { child, descendants, type XmlElement } from '../bounded-xml/read-xml.ts';

const BODY = '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>';
const FIRST_PLAUSIBLE = Date.UTC(1970, 0, 2);

export const clockRequest = BODY;

/**
 * The camera's clock in an answer to GetSystemDateAndTime, UTC ms; undefined when it tells none, or zeros. Some cameras
 * put local time where UTC should be: that is their offset then, and their tokens are judged by it all the same.
 */
export function readCameraClock(body: XmlElement | undefined): number | undefined {
  if (!body) return undefined;
  const told = descendants(body, 'UTCDateTime')[0] ?? descendants(body, 'LocalDateTime')[0];
  const [date, time] = [child(told, 'Date'), child(told, 'Time')];
  const number = (element: XmlElement | undefined, name: string): number =>
    Number(child(element, name)?.text || Number.NaN);
  const ms = Date.UTC(
    number(date, 'Year'),
    number(date, 'Month') - 1,
    number(date, 'Day'),
    number(time, 'Hour'),
    number(time, 'Minute'),
    number(time, 'Second'),
  );
  return Number.isFinite(ms) && ms >= FIRST_PLAUSIBLE ? ms : undefined;
}
