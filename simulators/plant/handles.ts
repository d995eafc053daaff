/** A thing that a person, a fault or the weather can change. All are numbers; 0 and 1 stand for off and on. */
interface Handle {
  readonly rest: number;
  readonly low: number;
  readonly high: number;
  readonly meaning: string;
}

const onOff = (rest: 0 | 1, meaning: string): Handle => ({ rest, low: 0, high: 1, meaning });
const span = (rest: number, range: readonly [number, number], meaning: string): Handle => ({
  rest,
  low: range[0],
  high: range[1],
  meaning,
});

/** Everything that a scenario can `set`. What is not here follows from the physics. */
export const handles = {
  'XV-1101.open': onOff(1, 'hydrogen feed valve of the hydrogenation tower'),
  'XV-1102.open': onOff(1, 'liquor outlet valve of the hydrogenation tower'),
  'XV-1201.open': onOff(1, 'air feed valve of the oxidation tower'),
  'XV-1301.open': onOff(1, 'product outlet valve of the extraction column'),
  'T-1101.catalyst': span(1, [0, 1.5], 'activity of the palladium catalyst, 1 = as designed'),
  'T-1101.interlock-bypass': onOff(0, 'SIS bypass of the hydrogenation tower'),
  'P-1103.run': onOff(1, 'hydrogenated liquor pump'),
  'P-1401A.run': onOff(1, 'working solution pump A'),
  'P-1401B.run': onOff(0, 'working solution pump B (standby)'),
  'C-1501.run': onOff(1, 'hydrogen compressor'),
  'C-1501.imbalance': span(0, [0, 20], 'extra vibration, mm/s'),
  'CW.supply': span(1, [0, 1], 'cooling water available, 1 = all of it'),
  'CW.temperature': span(28, [5, 45], 'cooling water supply, °C'),
  'process-water.supply': span(1, [0, 1], 'pure water to the extraction column'),
  'XV-2101.open': onOff(1, 'inlet valve of tank TK-2101'),
  'XV-2102.open': onOff(0, 'inlet valve of tank TK-2102'),
  'XV-2103.open': onOff(0, 'outlet valve of tank TK-2101'),
  'XV-2104.open': onOff(1, 'outlet valve of tank TK-2102'),
  'XV-2101.friction': span(0, [0, 1], 'of the valve: it travels slower, and not at all at 1'),
  'XV-2102.friction': span(0, [0, 1], 'of the valve: it travels slower, and not at all at 1'),
  'XV-2103.friction': span(0, [0, 1], 'of the valve: it travels slower, and not at all at 1'),
  'XV-2104.friction': span(0, [0, 1], 'of the valve: it travels slower, and not at all at 1'),
  'instrument-air.supply': onOff(1, 'air of the valves of the tank farm; without it they close by their springs'),
  'SIS.reset': onOff(0, 'reset of the trips that stand no more'),
  'TK-2101.contamination': span(0, [0, 10], 'decomposition catalyst that got in; 1 = gross, runs away in hours'),
  'TK-2102.contamination': span(0, [0, 10], 'decomposition catalyst that got in; 1 = gross, runs away in hours'),
  'TK-2101.dilution': span(0, [0, 200], 'emergency dilution water, m³/h'),
  'TK-2102.dilution': span(0, [0, 200], 'emergency dilution water, m³/h'),
  'L-2201.enabled': onOff(1, 'trucks come to the loading arm'),
  'L-2201.grounding': onOff(1, 'static grounding clamp makes contact when a truck is there'),
  'L-2201.emergency-stop': onOff(0, 'emergency stop pressed at the loading arm'),
  'leak.rate': span(0, [0, 0.2], 'hydrogen leak, kg/s'),
  'leak.x': span(0, [-60, 60], 'where it leaks: metres east of the compressor'),
  'leak.y': span(0, [-60, 60], 'where it leaks: metres north of the compressor'),
  'wind.speed': span(2, [0, 20], 'm/s'),
  'wind.from': span(270, [0, 360], 'degrees, 270 = from the west'),
  'storm.nearness': span(0, [0, 1], 'thunderstorm, 1 = overhead'),
  'crew.tank-farm': span(0, [0, 16], 'people who work in the tank farm'),
  'crew.sos': onOff(0, 'one of them presses the button of his tag'),
  'crew.compressor-house': span(2, [0, 8], 'people who work in the compressor house, helmets on'),
  'crew.guardian': onOff(1, 'the guardian stays with the work in the compressor house'),
  'crew.helmets': onOff(1, 'those in the compressor house wear their helmets'),
  'crew.fall': onOff(0, 'one of those in the compressor house falls and lies still'),
  'crew.intruder': onOff(0, 'somebody without the right goes into the compressor house'),
  'crew.muster': onOff(0, 'the site is evacuated: everybody who can walk goes to the muster point'),
  'hot-work.compressor-house': span(0, [0, 2], 'hot work there: 0 no ticket, 1 signed with a gas test, 2 it goes on'),
  'station.unloading': onOff(0, 'a tanker unloads into tank 2 of the filling station'),
  'station.guard': onOff(1, 'somebody watches the unloading'),
  'station.clamp': onOff(1, 'the static clamp is on the tanker'),
  'station.smoking': onOff(0, 'somebody smokes on the forecourt'),
  'station.phone': onOff(0, 'somebody telephones on the forecourt'),
  'ambient.temperature': span(26, [-30, 45], '°C'),
} as const satisfies Record<string, Handle>;

export type HandleName = keyof typeof handles;
export type Handles = Readonly<Record<HandleName, number>>;

export const handleNames = Object.keys(handles) as HandleName[];

export const handlesAtRest: Handles = Object.fromEntries(
  handleNames.map((name) => [name, handles[name].rest]),
) as Handles;
