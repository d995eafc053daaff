export const csvText = (text: string): string => (text === '' ? '' : `"${text.replaceAll('"', '""')}"`);

/** A text that a spreadsheet would take for a formula is told as text. */
export const spreadsheetText = (text: string): string => csvText(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** A time that no calendar has (a broken device clock) stays the number it is. */
export const isoTime = (time: number): string =>
  Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time);
