import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDueQueue } from '../emulators/seatsio/due-queue.ts';

it('whatever is added when, a due queue gives what is due, the earliest first, and nothing else', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ takeBy: fc.integer({ min: 0, max: 50 }) }),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (todo) => {
      const queue = createDueQueue<number>();
      let left: number[] = [];
      for (const [index, step] of todo.entries()) {
        if ('add' in step) {
          queue.add(step.add, index);
          left.push(step.add);
        } else {
          const taken: number[] = [];
          for (let due = queue.take(step.takeBy); due !== undefined; due = queue.take(step.takeBy)) {
            taken.push(due.at);
          }
          expect(taken).toEqual(left.filter((at) => at <= step.takeBy).sort((a, b) => a - b));
          left = left.filter((at) => at > step.takeBy);
        }
        expect(queue.first()).toBe(Math.min(...left));
      }
    }),
  );
});

it('a due queue gives each thing with its own time', () => {
  const queue = createDueQueue<string>();
  for (const [at, thing] of [
    [3, 'c'],
    [1, 'a'],
    [2, 'b'],
  ] as const)
    queue.add(at, thing);
  expect([queue.take(9), queue.take(9), queue.take(9), queue.take(9)]).toEqual([
    { at: 1, thing: 'a' },
    { at: 2, thing: 'b' },
    { at: 3, thing: 'c' },
    undefined,
  ]);
});
