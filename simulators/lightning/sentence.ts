/** The sentence of a field mill: sign, two digits, two decimals, fault digit, sum of the characters up to the asterisk. */
export function sentence(fieldKvPerM: number, fault = 0): string {
  const clipped = Math.min(20, Math.abs(fieldKvPerM)).toFixed(2).padStart(5, '0');
  const isNegative = fieldKvPerM < 0 && Number(clipped) > 0;
  const body = `$${isNegative ? '-' : '+'}${clipped},${fault}*`;
  const sum = Buffer.from(body, 'latin1').reduce((total, byte) => total + byte, 0) % 256;
  return `${body}${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
}
