import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLiveTokens } from '../emulators/seatsio/live-tokens.ts';
import { openStore } from '../emulators/stand-in/store.ts';

it('however tokens are extended, shortened and ended, each expires at its own last end, once', () => {
  const token = fc.integer({ min: 0, max: 5 }).map((n) => `token-${n}`);
  const at = fc.integer({ min: 1, max: 40 });
  const steps = fc.array(
    fc.oneof(
      fc.record({ make: token, in: at }),
      fc.record({ extend: token, in: at }),
      fc.record({ end: token }),
      fc.record({ pass: at }),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (todo) => {
      const store = openStore('seatsio');
      const tokens = createLiveTokens(store);
      const ends = new Map<string, number>();
      let now = 0;
      for (const step of todo) {
        if ('pass' in step) {
          now += step.pass;
          const due = [...ends].filter(([, end]) => end <= now).map(([name]) => name);
          const ended = store.transaction(() => [...tokens.endDue(now)].map(({ token: name }) => name));
          expect(ended.toSorted()).toEqual(due.toSorted());
          for (const name of due) ends.delete(name);
        } else if ('make' in step) {
          if (ends.has(step.make)) continue;
          const made = { token: step.make, workspaceId: 1, createdAt: now, expiresAt: now + step.in };
          store.transaction(() => tokens.create(made));
          ends.set(step.make, made.expiresAt);
        } else {
          const name = 'extend' in step ? step.extend : step.end;
          const known = tokens.get(name);
          expect(known?.expiresAt).toBe(ends.get(name));
          if (!known) continue;
          if ('extend' in step) {
            store.transaction(() => tokens.extend(known, now + step.in));
            ends.set(name, now + step.in);
          } else {
            store.transaction(() => tokens.end(known));
            ends.delete(name);
          }
        }
        expect(tokens.nextExpiry()).toBeLessThanOrEqual(Math.min(...ends.values()));
      }
      store.close();
    }),
  );
});
