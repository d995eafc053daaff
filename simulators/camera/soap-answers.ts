import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { Told } from './subscriptions.ts';

/** Written as one maker writes it, with prefixes of its own choice. */
const envelope = (body: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"' +
  ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl"' +
  ' xmlns:tev="http://www.onvif.org/ver10/events/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"' +
  ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:wsa5="http://www.w3.org/2005/08/addressing"' +
  ' xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:ter="http://www.onvif.org/ver10/error"' +
  ` xmlns:wstop="http://docs.oasis-open.org/wsn/t-1"><env:Body>${body}</env:Body></env:Envelope>`;

export const fault = (code: string, reason: string): string =>
  envelope(
    `<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:${code}</env:Value></env:Subcode></env:Code>` +
      `<env:Reason><env:Text xml:lang="en">${reason}</env:Text></env:Reason></env:Fault>`,
  );

export function dateAndTime(time: number): string {
  const date = new Date(time);
  const utc =
    `<tt:Time><tt:Hour>${date.getUTCHours()}</tt:Hour><tt:Minute>${date.getUTCMinutes()}</tt:Minute><tt:Second>${date.getUTCSeconds()}</tt:Second></tt:Time>` +
    `<tt:Date><tt:Year>${date.getUTCFullYear()}</tt:Year><tt:Month>${date.getUTCMonth() + 1}</tt:Month><tt:Day>${date.getUTCDate()}</tt:Day></tt:Date>`;
  return envelope(
    '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>' +
      '<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>' +
      `<tt:UTCDateTime>${utc}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`,
  );
}

export const deviceInformation = (): string =>
  envelope(
    `<tds:GetDeviceInformationResponse><tds:Manufacturer>${SIMULATOR_VENDOR}</tds:Manufacturer><tds:Model>Camera</tds:Model>` +
      '<tds:FirmwareVersion>1.0</tds:FirmwareVersion><tds:SerialNumber>00001</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>',
  );

export const services = (address: string): string => {
  const one = (namespace: string, path: string): string =>
    `<tds:Service><tds:Namespace>http://www.onvif.org/ver10/${namespace}/wsdl</tds:Namespace><tds:XAddr>${address}${path}</tds:XAddr>` +
    '<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>';
  return envelope(
    `<tds:GetServicesResponse>${one('device', '/onvif/device_service')}${one('media', '/onvif/media')}${one('events', '/onvif/events')}</tds:GetServicesResponse>`,
  );
};

const profile = (token: string, width: number, height: number, more = ''): string =>
  `<trt:Profiles token="${token}" fixed="true"><tt:Name>${token}</tt:Name>` +
  '<tt:VideoSourceConfiguration token="vs"><tt:Name>vs</tt:Name><tt:SourceToken>src</tt:SourceToken></tt:VideoSourceConfiguration>' +
  `<tt:VideoEncoderConfiguration token="ve-${token}"><tt:Name>ve</tt:Name><tt:Encoding>H264</tt:Encoding>` +
  `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration>` +
  `${more}</trt:Profiles>`;

const metadata =
  '<tt:MetadataConfiguration token="md"><tt:Name>md</tt:Name><tt:UseCount>1</tt:UseCount><tt:Analytics>true</tt:Analytics>' +
  '<tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:MetadataConfiguration>';

/** The larger has the metadata with it, as cameras are delivered. */
export const profiles = (): string =>
  envelope(
    `<trt:GetProfilesResponse>${profile('main', 1920, 1080, metadata)}${profile('sub', 640, 360)}</trt:GetProfilesResponse>`,
  );

export const mediaUri = (operation: 'GetStreamUri' | 'GetSnapshotUri', uri: string): string =>
  envelope(
    `<trt:${operation}Response><trt:MediaUri><tt:Uri>${uri}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>` +
      `<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:${operation}Response>`,
  );

/** Nested by topic, as the standard has it. */
export function eventProperties(topics: readonly string[]): string {
  interface Tree {
    [name: string]: Tree;
  }
  const root: Tree = {};
  for (const topic of topics) {
    let at = root;
    for (const name of topic.replace('tns1:', '').split('/')) at = at[name] ??= {};
  }
  const write = (tree: Tree, isTop: boolean): string =>
    Object.entries(tree)
      .map(([name, inner]) => {
        const tag = isTop ? `tns1:${name}` : name;
        const isTopic = Object.keys(inner).length === 0 ? ' wstop:topic="true"' : '';
        return `<${tag}${isTopic}>${write(inner, false)}</${tag}>`;
      })
      .join('');
  return envelope(
    '<tev:GetEventPropertiesResponse><tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation>' +
      `<wsnt:FixedTopicSet>true</wsnt:FixedTopicSet><wstop:TopicSet>${write(root, true)}</wstop:TopicSet></tev:GetEventPropertiesResponse>`,
  );
}

const times = (now: number, end: number, prefix: string): string =>
  `<${prefix}:CurrentTime>${iso(now)}</${prefix}:CurrentTime><${prefix}:TerminationTime>${iso(end)}</${prefix}:TerminationTime>`;

const iso = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** The address alone does not name the subscription: the reference parameter does, and must come back. */
export const created = (address: string, id: number, now: number, end: number): string =>
  envelope(
    `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa5:Address>${address}/onvif/subscription</wsa5:Address>` +
      `<wsa5:ReferenceParameters><sim:SubscriptionId xmlns:sim="urn:firewatch:simulator:camera">${id}</sim:SubscriptionId></wsa5:ReferenceParameters></tev:SubscriptionReference>` +
      `${times(now, end, 'wsnt')}</tev:CreatePullPointSubscriptionResponse>`,
  );

export const renewed = (now: number, end: number): string =>
  envelope(
    `<wsnt:RenewResponse><wsnt:TerminationTime>${iso(end)}</wsnt:TerminationTime><wsnt:CurrentTime>${iso(now)}</wsnt:CurrentTime></wsnt:RenewResponse>`,
  );

export const empty = (operation: string): string => envelope(`<tev:${operation}Response/>`);

const items = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `<tt:SimpleItem Name="${name}" Value="${value}"/>`)
    .join('');

const notification = ({ topic, operation, source, data, time }: Told): string =>
  `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${topic}</wsnt:Topic>` +
  `<wsnt:Message><tt:Message UtcTime="${new Date(time).toISOString()}"${operation ? ` PropertyOperation="${operation}"` : ''}>` +
  `<tt:Source>${items(source)}</tt:Source><tt:Data>${items(data)}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`;

export const pulled = (now: number, end: number, told: readonly Told[]): string =>
  envelope(
    `<tev:PullMessagesResponse>${times(now, end, 'tev')}${told.map(notification).join('')}</tev:PullMessagesResponse>`,
  );

/** A document of the metadata stream: what stands inside, in the same words. */
export const metadataStream = (analytics: string, told: readonly Told[]): string =>
  '<?xml version="1.0" encoding="UTF-8"?><tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"' +
  ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tns1="http://www.onvif.org/ver10/topics">' +
  `${analytics}${told.length > 0 ? `<tt:Event>${told.map(notification).join('')}</tt:Event>` : ''}</tt:MetadataStream>`;
