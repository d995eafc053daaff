import { plantScans, walkScans, type Scan } from '../plant-samples.ts';

export const VALUES_PER_SECOND = 3000;
export const BATCHES_PER_SECOND = 4;
/** Scans made once and written again and again with new times: further apart than anything that a block looks at. */
const SCANS = 40;

const makers = {
  plant: () => plantScans(VALUES_PER_SECOND, SCANS),
  walk: () => walkScans(VALUES_PER_SECOND, SCANS, (value) => Math.round(value * 100) / 100),
} as const;

export type Data = keyof typeof makers;
export const isData = (text: string): text is Data => Object.hasOwn(makers, text);

/** What a site reads, batch by batch: the `nth` from 0, and when. The same in every process. */
export interface SiteData {
  readonly scans: readonly Scan[];
  readonly batch: (nth: number) => Scan;
  /** Milliseconds after the first batch. */
  readonly after: (nth: number) => number;
}

export function siteData(kind: Data): SiteData {
  const scans = makers[kind]();
  const batches = scans.flatMap((scan) => {
    const size = Math.ceil(scan.length / BATCHES_PER_SECOND);
    return Array.from({ length: BATCHES_PER_SECOND }, (_, part) => scan.slice(part * size, (part + 1) * size));
  });
  return {
    scans,
    batch: (nth) => batches[nth % batches.length] ?? [],
    after: (nth) => (nth * 1000) / BATCHES_PER_SECOND,
  };
}
