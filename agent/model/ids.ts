/**
 * Identifiers. Branded so that a source id can never be handed to something that wants a point id.
 * They are made at the border (config/ turns checked YAML text into ids) and only compared afterwards.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The site's own id, first part of every record's identity. Lower-case letters, digits, dashes. */
export type SiteId = Branded<'site'>;
/** Site-unique name of a point as the plant's people write it, e.g. `T-101.temperature`. */
export type PointId = Branded<'point'>;
/** One configured connection, e.g. `dcs` or `plc-loading`. */
export type SourceId = Branded<'source'>;
/** One alarm of one point or source: `<point>/<kind>`, e.g. `T-101.temperature/HH`, or `<source>/communication`. */
export type AlarmId = Branded<'alarm'>;
/** One upstream system. */
export type ReceiverId = Branded<'receiver'>;
/** An area of the site. */
export type ZoneId = Branded<'zone'>;

export const siteId = (text: string): SiteId => text as SiteId;
export const pointId = (text: string): PointId => text as PointId;
export const sourceId = (text: string): SourceId => text as SourceId;
export const alarmId = (text: string): AlarmId => text as AlarmId;
export const receiverId = (text: string): ReceiverId => text as ReceiverId;
export const zoneId = (text: string): ZoneId => text as ZoneId;
