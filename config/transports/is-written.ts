import { valueAt } from '../place.ts';
import type { Entry, Path } from '../place.ts';

/** What is written but faulty is missing from what was parsed; it must not be complained of twice. */
export const isWritten = (entry: Entry, path: Path): boolean => valueAt(entry.value, path) !== undefined;
