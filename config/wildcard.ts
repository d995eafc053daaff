/** True of texts that fit a pattern in which `*` stands for any characters, none included. */
export function matcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  const whole = new RegExp(`^${parts.join('.*')}$`, 'u');
  return (text) => whole.test(text);
}
