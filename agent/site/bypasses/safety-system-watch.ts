import type { SafetySystemDefinition } from '#agent/model/bypass.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import { Flag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { GOOD, worst } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { neverRead, readContact } from '../shell/contact.ts';
import type { ContactReading } from '../shell/contact.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Told } from '../shell/derivation-shell.ts';

/** Counts the bypasses of one safety system. It remembers nothing: the interlocks do. */
export function createSafetySystemWatch(definition: SafetySystemDefinition, clock: Clock): Derivation<null> {
  const { id, loops, inService, repeatMs } = definition;
  const inputs = [...loops, ...(inService ? [inService.point] : [])];
  return derivationOf(new SafetySystemWatch(definition), { id, inputs, repeatMs, clock });
}

class SafetySystemWatch implements DerivationCore<null> {
  readonly #definition: SafetySystemDefinition;
  readonly #loops: Map<PointId, ContactReading>;
  #inService: ContactReading = neverRead();

  constructor(definition: SafetySystemDefinition) {
    this.#definition = definition;
    this.#loops = new Map(definition.loops.map((point) => [point, neverRead()]));
  }

  take(sample: Sample): void {
    const { inService } = this.#definition;
    if (this.#loops.has(sample.point)) {
      const { quality, flags, value } = sample;
      // A bypass that is in doubt counts: the interlock's own watch holds it so.
      this.#loops.set(sample.point, { isOn: value === true, quality, flags: flags & Flag.sim });
    }
    if (inService?.point === sample.point) this.#inService = readContact(inService, sample);
  }

  settle(): { points: readonly Told[]; events: readonly [] } {
    const { countPoint, tooManyPoint, inServicePoint, inService, mostBypassed } = this.#definition;
    const readings = [...this.#loops.values()];
    const count = readings.filter(({ isOn }) => isOn === true).length;
    const quality = readings.map((reading) => reading.quality).reduce(worst, GOOD);
    const flags = readings.reduce((all, reading) => all | reading.flags, 0);
    const isTooMany = count > mostBypassed;
    return {
      points: [
        { point: countPoint, value: count, quality, flags },
        { point: tooManyPoint, value: isTooMany, quality: isTooMany ? GOOD : quality, flags },
        ...(inService
          ? [
              {
                point: inServicePoint,
                value: this.#inService.isOn ?? null,
                quality: this.#inService.quality,
                flags: this.#inService.flags,
              },
            ]
          : []),
      ],
      events: [],
    };
  }

  nextDue(): undefined {
    return undefined;
  }

  memory(): null {
    return null;
  }
}
