/**
 * A deadline that lets input which has already arrived be read first: when the process was held up for longer than the
 * deadline, the reply lies in the socket, and timers come before input.
 */
export const afterInput = (ms: number, expire: () => unknown): NodeJS.Timeout =>
  setTimeout(() => setImmediate(expire), ms);
