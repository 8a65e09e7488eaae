import type { PlantedBug } from './planted-bug.ts';

/** The bugs of a checkout: each of them has cost somebody money. */
export const BUGS: readonly PlantedBug[] = [
  {
    name: 'undo after the step: the token is expired only if its hold had a good answer',
    edits: [
      {
        file: 'workflows/seat-hold.ts',
        find: "    undo.add('Expire the token', () => steps.expireToken({ token }));\n",
        replace: '',
      },
      {
        file: 'workflows/seat-hold.ts',
        find: 'if (answer.held) return await promiseSeats(',
        replace:
          "if (answer.held) undo.add('Expire the token', () => steps.expireToken({ token }));\n        if (answer.held) return await promiseSeats(",
      },
    ],
    test: {
      file: 'checkout/unsold.test.ts',
      title: 'an area that is given as a seat is refused at once, by name, and nothing of it stays held',
    },
  },
  {
    name: 'key from a random id: each try books under a name of its own',
    edits: [
      {
        file: 'activities/seats.ts',
        find: 'return { eventId, seats, token, orderKey: attemptId };',
        replace:
          "return { eventId, seats, token, orderKey: [attemptId, Math.random().toString(36).slice(2)].join('-') };",
      },
    ],
    test: {
      file: 'checkout/crash.test.ts',
      title:
        "a worker killed when its book call for 'seats and places' is at Seats.io, 'after' it acted: booked once, sold once",
    },
  },
  {
    name: 'timer off by the grace: the buyer gets the minute that the booking needs',
    edits: [
      {
        file: 'workflows/checkout.ts',
        find: 'Math.max(1, endsAt - Date.now()), {',
        replace: 'Math.max(1, endsAt + terms.graceMs - Date.now()), {',
      },
    ],
    test: {
      file: 'checkout/expiry.test.ts',
      title:
        'the deadline of a default order is a durable timer of 600 s, started when the hold was completed',
    },
  },
  {
    name: 'late signal dropped: a report after the end is thrown away',
    edits: [
      {
        file: 'client.ts',
        find: 'if (!(error instanceof WorkflowNotFoundError)) throw error;\n      await this.#recordLate({ ...report, attempt });',
        replace: 'if (!(error instanceof WorkflowNotFoundError)) throw error;',
      },
    ],
    test: {
      file: 'checkout/rescue.test.ts',
      title: 'late money buys the same seats, as the next attempt, once, however often it is reported',
    },
  },
  {
    name: 'refund without key',
    edits: [
      {
        file: 'stripe/payment-provider.ts',
        find: 'return answerOf(await stripe.refunds.create(params, limits), readRefund);',
        replace:
          'return answerOf(await stripe.refunds.create(params, { timeout: limits.timeout }), readRefund);',
      },
    ],
    test: {
      file: 'payment-keys.test.ts',
      title: 'every write to the provider carries the key of its step, and its repeat the same one',
    },
  },
  {
    name: 'token-less release: whoever has the seat now loses it',
    edits: [
      {
        file: 'activities/seats.ts',
        find: 'states.filter((state) => isBookedFor(state, attemptId))',
        replace: 'states.filter(({ status }) => status === BOOKED)',
      },
    ],
    test: {
      file: 'checkout/unsold.test.ts',
      title: 'a book that Seats.io refuses, for the seat is gone, gives the captured money back',
    },
  },
  {
    name: 'GA booked twice: a hold of places is repeated under the token of the call that was given up',
    edits: [
      {
        file: 'activities/seats.ts',
        find: "        if (step.seats.some(isArea)) return { held: false, reason: 'uncertain' };\n",
        replace: '',
      },
    ],
    test: {
      file: 'checkout/closing.test.ts',
      title:
        'a hold of places whose first call arrives late is made anew under another token, and booked once',
    },
  },
  {
    name: 'compensation cancelled: the cancellation of the workflow reaches its undo',
    edits: [
      {
        file: 'workflows/checkout.ts',
        find: 'return CancellationScope.nonCancellable(sellOrFree);',
        replace: 'return sellOrFree();',
      },
    ],
    test: {
      file: 'races.test.ts',
      title:
        'a cancellation alone: the payments are stopped, and the run ends with a result, not as canceled',
    },
  },
  {
    name: 'amount unchecked: whatever was paid buys the seats',
    edits: [
      {
        file: 'workflows/payment-book.ts',
        find: 'const fitting = [...book.payments.values()].filter(({ money }) => money && sameMoney(money, total));',
        replace:
          'const fitting = [...book.payments.values()].filter(({ money }) => money?.currency === total.currency);',
      },
    ],
    test: {
      file: 'checkout/odd-payments.test.ts',
      title:
        "a payment in another 'amount' does not buy the seats, they stay held for the right one, and it goes back",
    },
  },
  {
    name: 'book as a local step: the decision to sell is nowhere on record',
    edits: [
      {
        file: 'workflows/checkout-steps.ts',
        find: "bookSeats: { summary: 'Book the seats', taskQueue",
        replace: "bookSeats: { summary: 'Book the seats', local: true, taskQueue",
      },
    ],
    test: {
      file: 'races.test.ts',
      title: 'a payment and then the timer in one task: the seats are booked',
    },
  },
  {
    name: 'constant update id: another order under the same id is shown the old hold',
    edits: [
      {
        file: 'start-checkout.ts',
        find: 'args: [order], updateId }));',
        replace: "args: [order], updateId: 'hold' }));",
      },
    ],
    test: {
      file: 'checkout/start.test.ts',
      title: 'the same order id with other content is refused, while the checkout is open and after its end',
    },
  },
  {
    name: 'payment counted for a later attempt: a report goes to whichever is the newest',
    edits: [
      {
        file: 'client.ts',
        find: 'const isLate = attempt > 1 && (await this.#isLate(paymentId));',
        replace: 'const isLate = false;',
      },
    ],
    test: {
      file: 'checkout/money.test.ts',
      title: 'money that was given back after an expiry does not buy the seats of the next attempt',
    },
  },
  {
    name: 'last look too early: the log is asked for a booking while the token can still book',
    edits: [
      {
        file: 'workflows/checkout.ts',
        find: 'await steps.expireToken({ token });\n    return steps.findBooking(',
        replace: 'return steps.findBooking(',
      },
    ],
    test: {
      file: 'checkout/late-book.test.ts',
      title: "'places' that it books after its repeat was refused are sold once",
    },
  },
];
