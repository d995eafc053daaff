import { LogLevel, setDebugLogger, setErrorLogger, setLogLevel, setWarningLogger } from 'node-opcua-client';

const silent = (): void => {};

/** What the library would print on the console reaches the integrator as a status, an event or an error instead. */
export function quietLibrary(): void {
  setLogLevel(LogLevel.Emergency);
  setWarningLogger(silent);
  setErrorLogger(silent);
  setDebugLogger(silent);
}
