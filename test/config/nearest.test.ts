import { describe, expect, it } from 'vitest';
import { nearest, suggest } from '#config/nearest.ts';

describe('the nearest known word', () => {
  it.each([
    ['endpiont', 'endpoint'],
    ['Endpoint', 'endpoint'],
    ['simlated', 'simulated'],
    ['reciever', 'receiver'],
    ['T-11', 'T-101'],
  ])('of %s is %s', (typed, meant) => {
    expect(nearest(typed, ['endpoint', 'simulated', 'receiver', 'T-101'])).toBe(meant);
  });

  it('is none when nothing is near', () => {
    expect(nearest('voltage', ['endpoint', 'id'])).toBeUndefined();
    expect(nearest('x', ['id'])).toBeUndefined();
  });

  it('is told as a question, and the choice as a list', () => {
    expect(suggest('endpont', ['endpoint', 'id'], 'delete it')).toBe('did you mean "endpoint"?');
    expect(suggest('voltage', ['endpoint', 'id'], 'delete it')).toBe('use one of endpoint, id');
    expect(suggest('voltage', [], 'delete it')).toBe('delete it');
  });
});
