import type { z } from 'zod';
import type { CameraParts } from '#agent/model/camera.ts';
import type { DeviceChannel } from './device-profile.ts';

/**
 * What configuration needs to know of a kind of source: how its YAML looks. Every driver is one (see drivers/driver.ts);
 * the loader gets the list handed in and so never imports a driver.
 *
 * @typeParam Options - a source's own keys, after parsing
 * @typeParam Address - where in the device a point lives, after parsing
 */
export interface SourceKind<Options = unknown, Address = unknown> {
  /** The word in YAML: `kind: opcua`. Also the driver's folder, simulator, README heading and log field. */
  readonly kind: string;
  /** One line for `firewatch schema` and editors. */
  readonly summary: string;
  /** The source's keys besides `id`, `kind`, `name`, `simulated`, `points`. Strict; every key described with `.meta()`. */
  readonly schema: z.ZodType<Options>;
  /** A point's `address`, as text or object. */
  readonly address: z.ZodType<Address>;
  /** The kind tells facts (positions, permits) and may have no points at all. */
  readonly tellsFacts?: boolean;
  /**
   * Checks that one schema cannot express, e.g. an address outside what the source's options allow. Called once for
   * every source whose parts parsed. Pure; no network.
   */
  readonly check?: (options: Options, points: readonly AddressedPoint<Address>[]) => readonly ConfigIssue[];
  /** What is watched of a camera that is so configured. Absent: the kind is no camera. Pure. */
  readonly camera?: (options: Options, points: readonly AddressedPoint<Address>[]) => CameraParts;
  /**
   * The address of one output (see `outputsOf`) of a channel that a device profile describes. Absent: the kind reads no
   * device profiles. Pure; {@link check} gets these addresses too and tells what of a channel does not fit.
   */
  readonly channelAddress?: (channel: DeviceChannel, output: string) => Address;
}

/** A point as a driver sees it. */
export interface AddressedPoint<Address> {
  readonly id: string;
  readonly address: Address;
}

/** A fault found by {@link SourceKind.check}, located by the loader. */
export interface ConfigIssue {
  /** The point's id, where one point is at fault. */
  readonly point?: string;
  /** Path below the source (or below the point's `address`), e.g. `['groups', 0, 'interval']`. */
  readonly path: readonly (string | number)[];
  /** What is wrong; why; what to do. */
  readonly what: string;
  readonly why: string;
  readonly todo: string;
}
