import { expect, test } from 'vitest';
import { runTrials } from '../../proofs/deadline/run-trials.ts';
import { useStack } from '../stack/use-stack.ts';

const stack = await useStack();

/** `npm run deadline` does the same a thousand times. */
test('payments that race with the deadline are sold, sold again or given back, on each side of the timer', async () => {
  const { sides, enough, violations } = await runTrials({
    temporal: stack.temporal,
    stripe: stack.stripe,
    ledgers: stack.ledgers,
    checkouts: stack.checkouts(1.5 / 60),
    newEvent: () => stack.newEvent(),
    wanted: { trials: 60, sides: { before: 12, together: 3, after: 12 } },
    // The other tests keep the worker busy, so the timer's task may begin late.
    windowMs: 1_000,
    parallel: 12,
  });

  expect(violations, violations.join('\n')).toEqual([]);
  expect(enough, JSON.stringify(sides)).toBe(true);
}, 180_000);
