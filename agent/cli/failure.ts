/** What a command says when it can't do its work. A mistake of ours comes with its stack, to be sent to us. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return `firewatch: ${String(error)}`;
  const isOurs = error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError;
  return isOurs
    ? `firewatch: a fault in Firewatch itself, please report it with these lines:\n${error.stack ?? error.message}`
    : `firewatch: ${error.message}`;
}
