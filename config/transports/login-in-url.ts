import type { Fault } from '../fault.ts';

export const loginInUrl = (todo: string): Fault => ({
  what: 'the url holds a user name',
  why: 'a url is printed in logs',
  todo,
});

export const holdsLogin = (text: string): boolean => /^[a-z]+:\/\/[^/]*@/.test(text);
