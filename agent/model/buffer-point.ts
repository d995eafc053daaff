import { pointId } from './ids.ts';

/** How many hours of the present rate the journal holds; exists where hours were agreed (`journal.contractedHours`). */
export const BUFFER_POINT = pointId('site.journal-hours');
