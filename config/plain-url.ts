import { z } from 'zod';
import { refuse } from './fault.ts';

export interface PlainUrl {
  /** Of an address as it may be; without user and query, so that it can be printed. */
  readonly pattern: RegExp;
  /** What people call it: `broker address`. */
  readonly noun: string;
  readonly expected: string;
  readonly example: string;
}

/** An address without secrets. One that holds a user name is refused without being printed. */
export const plainUrl = ({ pattern, noun, expected, example }: PlainUrl) =>
  z.string().superRefine((text, context) => {
    if (pattern.test(text) && URL.canParse(text)) return;
    const holdsLogin = /^[a-z]+:\/\/[^/]*@/.test(text);
    refuse(context, {
      what: holdsLogin ? `the ${noun} holds a user name` : `${JSON.stringify(text)} is no ${noun}`,
      why: holdsLogin ? 'an address is printed in logs' : `expected ${expected}`,
      todo: holdsLogin ? 'move it to the keys for user and password' : `write for example "${example}"`,
    });
  });
