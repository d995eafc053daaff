import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pointId } from '#agent/model/ids.ts';
import type { Driver } from '#drivers/driver.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';

/** A loaded machine needs more time than a driver may take by its own limits. */
const PATIENCE_MS = 15_000;

/** A driver on a line, and what it says of some points. */
export class LineRig {
  readonly source: WatchedSource;
  readonly #stateDir = mkdtempSync(join(tmpdir(), 'firewatch-line-'));

  /** Points by id, with their addresses as in YAML. */
  constructor(driver: Driver, options: unknown, points: Readonly<Record<string, string>>) {
    this.source = new WatchedSource({
      driver,
      options: driver.schema.parse(options),
      points: Object.entries(points).map(([id, address]) => ({
        id: pointId(id),
        kind: 'number',
        address: driver.address.parse(address),
      })),
      stateDir: this.#stateDir,
    });
  }

  /** The last sample of a point as value and reason. */
  shows(point: string): string {
    const sample = this.source.latest.get(pointId(point));
    return sample ? `${String(sample.value)} ${sample.quality.reason ?? 'good'}` : 'nothing';
  }

  async until(point: string, wanted: string): Promise<void> {
    await this.source.until(`${point} ${wanted}`, () => this.shows(point) === wanted, PATIENCE_MS);
  }

  async untilAll(wanted: Readonly<Record<string, string>>): Promise<void> {
    for (const [point, shown] of Object.entries(wanted)) await this.until(point, shown);
  }

  async untilEnd(): Promise<string> {
    await this.source.until('an end', () => this.source.end !== undefined, PATIENCE_MS);
    return this.source.describe();
  }

  /** Waits for so many further batches. */
  async batches(count: number): Promise<void> {
    const seen = this.#batches();
    await this.source.until(`${count} batches`, () => this.#batches() >= seen + count, PATIENCE_MS);
  }

  /** Reason of the last status. */
  get trouble(): string {
    const status = this.source.signals.findLast((signal) => signal.type === 'status');
    return status?.type === 'status' ? `${status.state}: ${status.reason}` : '';
  }

  stop(): void {
    this.source.stop();
    rmSync(this.#stateDir, { recursive: true, force: true });
  }

  #batches(): number {
    return this.source.signals.filter(({ type }) => type === 'samples').length;
  }
}
