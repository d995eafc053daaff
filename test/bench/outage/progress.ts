/** Prints a line on standard error at most so often: what takes hours says how far it is. */
export function tellEvery(everyMs: number): (line: () => string) => void {
  let at = performance.now();
  return (line) => {
    if (performance.now() - at < everyMs) return;
    at = performance.now();
    process.stderr.write(`${line()}\n`);
  };
}
