import { expect, it, onTestFinished } from 'vitest';
import { createStripeStandIn } from '../emulators/stripe/stand-in.ts';
import { createTmtStandIn } from '../emulators/tmt/stand-in.ts';

const deepJson = `{"data":${'['.repeat(6_000)}${']'.repeat(6_000)}}`;
const deepForm = `metadata${'[a]'.repeat(6_000)}=1`;

it.each([
  ['TMT', 'nested too deeply', deepJson],
  ['TMT', 'with a NUL', '{"data":{"orderId":"a\\u0000b"}}'],
  ['TMT', 'with half of a surrogate pair', '{"data":{"orderId":"a\\ud800b"}}'],
  ['Stripe', 'nested too deeply', deepForm],
  ['Stripe', 'with a NUL', 'amount=100&currency=usd&metadata[order_id]=a%00b'],
])(
  "a body for %s that is %s is refused in its vendor's shape, and nothing happens",
  async (name, _, body) => {
    const standIn = name === 'TMT' ? createTmtStandIn() : createStripeStandIn();
    const url = await standIn.listen(0);
    onTestFinished(() => standIn.close());
    const path = name === 'TMT' ? 'order_created' : 'v1/payment_intents';
    const answer = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_demo' },
      body,
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject(name === 'TMT' ? { status: 400 } : { error: {} });
    expect(standIn.ledger.entries()).toEqual([]);
  },
);
