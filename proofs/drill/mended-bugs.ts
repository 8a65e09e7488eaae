import type { PlantedBug } from './planted-bug.ts';

/** Bugs that the product once had. Each is planted again by taking its mending out. */
export const MENDED_BUGS: readonly PlantedBug[] = [
  {
    name: 'mended once: a step whose time is over in the middle of a try is taken for a bug',
    edits: [
      {
        file: 'workflows/steps.ts',
        find: '  if (!(error instanceof TemporalFailure)) return true;\n',
        replace:
          "  if (!(error instanceof TemporalFailure)) return true;\n  if (error instanceof ActivityFailure && error.retryState === 'NON_RETRYABLE_FAILURE') return true;\n",
      },
    ],
    test: {
      file: 'checkout/crash.test.ts',
      title:
        'a step whose time is over while its worker is dead asks for attention, and is done by the next worker',
    },
  },
  {
    name: "mended once: Temporal's cancellation breaks off the answer that a caller waits for",
    edits: [
      {
        file: 'workflows/checkout-run.ts',
        find: 'CancellationScope.nonCancellable(() => handler(...args));',
        replace: 'CancellationScope.cancellable(() => handler(...args));',
      },
    ],
    test: {
      file: 'checkout/cancel.test.ts',
      title: "a cancel by 'Temporal' while the seats are being held lets them go as soon as they are",
    },
  },
  {
    name: 'mended once: closing without an open payment leaves no record of the decision',
    edits: [
      {
        file: 'workflows/settlement.ts',
        find: '    const paymentIds = stoppable.map(',
        replace: '    if (stoppable.length === 0) return;\n    const paymentIds = stoppable.map(',
      },
    ],
    test: {
      file: 'races.test.ts',
      title: 'the timer alone: the payments are stopped, only then the token is expired, and the run ends',
    },
  },
  {
    name: 'mended once: a local step whose worker stalled is taken for one that was cancelled',
    edits: [
      {
        file: 'workflows/steps.ts',
        find: '(isBrokenOff || isCancellation(error)) && CancellationScope.current().consideredCancelled;',
        replace: 'isBrokenOff || (isCancellation(error) && CancellationScope.current().consideredCancelled);',
      },
    ],
    test: {
      file: 'checkout/stalled-step.test.ts',
      title:
        'a local allotTickets whose worker stalled is done again: the order is sold, and nobody is called',
    },
  },
  {
    name: 'mended once: whoever reports a payment as declined makes it one of the order',
    edits: [
      {
        file: 'workflows/payment-book.ts',
        find: 'if (unproven && (saysMoney(event) || !known)) {',
        replace: 'if (unproven && saysMoney(event)) {',
      },
    ],
    test: {
      file: 'checkout/unproven-payments.test.ts',
      title:
        "another order's payment that is reported as declined for this one is not stopped, not counted and not sold for",
    },
  },
];
