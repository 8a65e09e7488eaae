import type { Clock } from './clock.ts';
import type { Dice } from './dice.ts';

/**
 * What may befall a call. `refused`: a plain no, without cause. `unavailable`, `throttled`: an answer, and no
 * effect. `hang`: neither. `lost`: the effect, and no answer. `cut`: the effect, and an answer that nobody can
 * read. `late`: no answer, and the effect comes after the caller gave up. `stray`: as late, but so late that others
 * may have the seats by then.
 */
export type FaultKind = 'refused' | 'unavailable' | 'throttled' | 'hang' | 'lost' | 'cut' | 'late' | 'stray';

/** Befalls the `nth` call of that name, and those after it until `times` calls were hit. */
export interface Fault {
  call: string;
  nth: number;
  times: number;
  kind: FaultKind;
}

export interface Call<T> {
  /** System and call, with a dot between. */
  name: string;
  timeoutMs: number;
  /** What the remote does, in one moment; what it throws is its answer. */
  effect: () => T;
  /** The caller's error for a call that came to nothing in that way. */
  failure: (kind: 'refused' | 'unknown' | 'throttled') => Error;
}

export type Wire = ReturnType<typeof createWire>;

/** A step's call ends this long before its try does; what still lands has landed by then. */
const LANDS_WITHIN_MS = 490;
/** A call that was kept on its way: in the midst of what follows, or long after. */
const STRAYS_MS = [3_000, 900_000] as const;

/** The way to the remotes: it takes time, and breaks where the schedule says so. */
export function createWire(
  clock: Clock,
  dice: Dice,
  faults: readonly Fault[],
  onCall: (name: string, fault: FaultKind | undefined) => void,
) {
  const counts = new Map<string, number>();
  const left = faults.map(({ times }) => times);

  function faultOf(name: string): FaultKind | undefined {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    const index = faults.findIndex(
      (fault, at) => fault.call === name && nth >= fault.nth && (left[at] ?? 0) > 0,
    );
    if (index < 0) return undefined;
    left[index] = (left[index] ?? 0) - 1;
    return faults[index]?.kind;
  }

  return {
    call<T>({ name, timeoutMs, effect, failure }: Call<T>): Promise<T> {
      const fault = faultOf(name);
      onCall(name, fault);
      const thereMs = dice.int(1, 30);
      const answerMs = thereMs + dice.int(1, 30);
      return new Promise<T>((resolve, reject) => {
        let isOver = false;
        const once = (settle: () => void) => {
          if (!isOver) settle();
          isOver = true;
        };
        const fail = (kind: 'refused' | 'unknown' | 'throttled') => once(() => reject(failure(kind)));
        const act = (then: (settle: () => void) => void) => {
          try {
            const value = effect();
            then(() => resolve(value));
          } catch (error) {
            then(() => reject(error as Error));
          }
        };
        clock.after(timeoutMs, () => fail('unknown'));
        if (fault === undefined) {
          clock.after(thereMs, () => act((settle) => clock.after(answerMs - thereMs, () => once(settle))));
        } else if (fault === 'refused' || fault === 'throttled') clock.after(answerMs, () => fail(fault));
        else if (fault === 'unavailable') clock.after(answerMs, () => fail('unknown'));
        else if (fault === 'lost') clock.after(thereMs, () => act(() => {}));
        else if (fault === 'cut') {
          clock.after(thereMs, () => act(() => clock.after(answerMs - thereMs, () => fail('unknown'))));
        } else if (fault === 'late' || fault === 'stray') {
          const lateMs = dice.int(1, fault === 'late' ? LANDS_WITHIN_MS : (STRAYS_MS[dice.int(0, 1)] ?? 0));
          clock.after(timeoutMs + lateMs, () => act(() => {}));
        }
      });
    },
  };
}
