import { expect, it, onTestFinished } from 'vitest';
import { createSeatsioStandIn } from '../emulators/seatsio/stand-in.ts';
import { createAdmin } from '../emulators/stand-in/admin.ts';
import { createStripeStandIn } from '../emulators/stripe/stand-in.ts';
import { createTmtStandIn } from '../emulators/tmt/stand-in.ts';

it.each([
  ['Seats.io', createSeatsioStandIn],
  ['TMT', createTmtStandIn],
  ['Stripe', createStripeStandIn],
])(
  'a connection to the stand-in of %s, and to its admin port, may be idle for 65 s and longer',
  async (_, create) => {
    const standIn = create();
    const admin = createAdmin([standIn]);
    onTestFinished(async () => {
      await Promise.all([standIn.close(), admin.close()]);
    });
    for (const url of [await standIn.listen(0), await admin.listen({ port: 0, host: '127.0.0.1' })]) {
      const { headers } = await fetch(url);
      expect(headers.get('connection')).toBe('keep-alive');
      expect(Number(/^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThanOrEqual(65);
    }
  },
);
