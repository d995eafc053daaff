import { z } from 'zod';

/** Everything that can be wrong with a camera or the way to it. */
export const cameraFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
  z.strictObject({ kind: z.literal('hang') }).describe('Connections are accepted and nothing is ever answered'),
  z
    .strictObject({ kind: z.literal('clock-jump'), offsetMs: z.number().int() })
    .describe('The clock is off by so much; tokens are judged by it'),
  z.strictObject({ kind: z.literal('frozen') }).describe('The same picture again and again, its clock too'),
  z.strictObject({ kind: z.literal('black') }).describe('No light, or a dead sensor'),
  z.strictObject({ kind: z.literal('covered') }).describe('A bag over the lens, paint or fog: grey everywhere'),
  z.strictObject({ kind: z.literal('blurred') }).describe('Out of focus'),
  z.strictObject({ kind: z.literal('moved') }).describe('Looks somewhere else'),
  z.strictObject({ kind: z.literal('no-snapshot') }).describe('HTTP 503 instead of a snapshot'),
  z.strictObject({ kind: z.literal('no-stream') }).describe('RTSP answers 404'),
  z.strictObject({ kind: z.literal('rtsp-hang') }).describe('RTSP is accepted and never answered'),
  z.strictObject({ kind: z.literal('no-metadata') }).describe('The stream has pictures and no metadata'),
  z.strictObject({ kind: z.literal('metadata-gap') }).describe('Each tenth packet of the metadata is lost'),
  z.strictObject({ kind: z.literal('metadata-endless') }).describe('A document of the metadata that never ends'),
  z.strictObject({ kind: z.literal('metadata-malformed') }).describe('Metadata ends in the middle of an element'),
  z.strictObject({ kind: z.literal('storage-failure') }).describe('The memory card is broken'),
  z
    .strictObject({ kind: z.literal('subscription-cap') })
    .describe('Subscriptions are lost, and there is no room for another'),
  z.strictObject({ kind: z.literal('reboot') }).describe('Every subscription is forgotten, once'),
  z.strictObject({ kind: z.literal('lock-out') }).describe('No login is right'),
  z.strictObject({ kind: z.literal('malformed') }).describe('Answers end in the middle of an element'),
  z.strictObject({ kind: z.literal('huge') }).describe('Answers of 40 MB'),
  z.strictObject({ kind: z.literal('endless') }).describe('Answers that never end'),
  z.strictObject({ kind: z.literal('entities') }).describe('Answers that declare entities of entities'),
  z.strictObject({ kind: z.literal('event-storm'), perSecond: z.number().int().min(1) }).describe('Motion on and off'),
]);

export type CameraFault = z.output<typeof cameraFaultSchema>;
export type CameraFaultKind = CameraFault['kind'];
