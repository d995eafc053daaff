import { isPlaceFault, parsePlace } from '#drivers/modbus/place.ts';
import { openProber } from '#drivers/modbus/probe/prober.ts';
import type { Prober } from '#drivers/modbus/probe/prober.ts';
import { addressText, halfDigit, propose } from '#drivers/modbus/probe/propose.ts';
import { proposalPoint, rangeLines } from '../probe-text.ts';
import { probeTarget } from './probe-target.ts';
import type { OrderOf, Search } from './search.ts';

const TIMEOUT_MS = 1000;
/** Between two requests: small devices answer their own panel first, and the agent reads too. */
const GAP_MS = 50;
const MOST_REGISTERS = 50;
const LINE = { baud: 9600, parity: 'none', stopBits: 1 };
const LAST_UNIT = 247;

/** Registers of a unit under every type, or those that hold the instrument's reading, the likeliest first. */
export const searchModbus: Search<OrderOf<'modbus'>> = async (order, { tell, signal }) => {
  const { source, unit, count, reading } = order;
  const from = parsePlace(order.from);
  if (isPlaceFault(from)) throw new Error(`${from.what}; ${from.why}; ${from.todo}`);
  const prober = await open(order.target, signal);
  try {
    const place = { unit, area: from.area, start: from.register, count };
    const { runs, refused } = await prober.read(place, (seen) => tell({ seen, of: count }));
    if (reading === undefined) {
      const [first = '', ...further] = rangeLines({ runs, refused }, from.area);
      tell({ found: [first, ...further].map((line) => ({ label: line, detail: '' })) });
      return;
    }
    for (const { start, count: many, why } of refused)
      tell({ note: `0x${start.toString(16).toUpperCase()}, ${many} registers: ${why}` });
    tell({
      found: propose(runs, Number(reading), halfDigit(reading)).map((proposal) => ({
        label: addressText(proposal, unit),
        detail: `${proposal.value}${proposal.factor === 1 ? '' : ` × ${proposal.factor}`}`,
        points: proposalPoint(proposal, unit, source),
      })),
    });
  } finally {
    prober.close();
  }
};

/** Units from 1 on that answer anything. */
export const searchUnits: Search<OrderOf<'modbus-units'>> = async ({ target }, { tell, signal }) => {
  const prober = await open(target, signal);
  try {
    for (let unit = 1; unit <= LAST_UNIT; unit += 1) {
      for await (const { vendor, refusal } of prober.findUnits(unit, unit, 'holding'))
        tell({ found: [{ label: `unit ${unit}`, detail: [vendor, refusal].filter(Boolean).join(', ') }] });
      tell({ seen: unit, of: LAST_UNIT });
    }
  } finally {
    prober.close();
  }
};

const open = (target: string, signal: AbortSignal): Promise<Prober> =>
  openProber({
    transport: probeTarget(target, LINE),
    timeoutMs: TIMEOUT_MS,
    gapMs: GAP_MS,
    maxRegisters: MOST_REGISTERS,
    signal,
  });
