import type { Money } from '../../../src/checkout/money.ts';
import type { PaymentProvider } from '../../../src/stripe/payment-provider.ts';
import type { ProviderPayment } from '../../../src/stripe/provider-payment.ts';
import type { EffectLog } from './ledger.ts';
import { type CallRemote, remoteError } from './remote.ts';

interface Intent extends ProviderPayment {
  orderId: string;
  manual: boolean;
}

export type ProviderModel = ReturnType<typeof createProviderModel>;

/**
 * The payment provider in memory. `onChange` is told what the buyer and the bank did, not what we asked for:
 * that is what a payment service reports.
 */
export function createProviderModel(ledger: EffectLog, call: CallRemote) {
  const intents = new Map<string, Intent>();
  let tellCapture: (paymentId: string, orderId: string, money: Money) => void = () => {};

  const write = (effect: string, { paymentId, money, orderId }: Intent) =>
    ledger.append(effect, { paymentId, amount: money.amount, currency: money.currency, orderId });
  const show = (intent: Intent): ProviderPayment => {
    const { paymentId, state, money, captured, refunded, orderId } = intent;
    return { paymentId, state, money, captured, refunded, orderId };
  };
  function find(paymentId: string, name: string): Intent {
    const intent = intents.get(paymentId);
    if (intent) return intent;
    throw remoteError('stripe', name, 'not_found', 'resource_missing');
  }
  function take(intent: Intent): void {
    intent.state = 'captured';
    intent.captured = intent.money.amount;
    write('payment.captured', intent);
  }
  /** A write that was refused is a success if the payment is as it would be after it: the adapter reads. */
  const settled = (intent: Intent, name: string, isDone: boolean): ProviderPayment => {
    if (isDone) return show(intent);
    throw remoteError('stripe', name, 'refused', 'payment_intent_unexpected_state');
  };

  const api = {
    lookUp: (paymentId, limit) =>
      call('lookUp', limit, () => {
        const intent = intents.get(paymentId);
        return intent && show(intent);
      }),
    capture: (paymentId, _key, limit) =>
      call('capture', limit, () => {
        const intent = find(paymentId, 'capture');
        if (intent.state !== 'authorized') return settled(intent, 'capture', intent.state === 'captured');
        take(intent);
        tellCapture(intent.paymentId, intent.orderId, intent.money);
        return show(intent);
      }),
    cancel: (paymentId, _key, limit) =>
      call('cancel', limit, () => {
        const intent = find(paymentId, 'cancel');
        if (intent.state === 'open' || intent.state === 'authorized') {
          intent.state = 'canceled';
          write('payment.canceled', intent);
        }
        return show(intent);
      }),
    refund: (paymentId, _key, limit) =>
      call('refund', limit, () => {
        const intent = find(paymentId, 'refund');
        const left = intent.captured - intent.refunded;
        if (left === 0) return settled(intent, 'refund', intent.captured > 0);
        intent.refunded += left;
        write('payment.refunded', intent);
        return show(intent);
      }),
  } satisfies Partial<PaymentProvider>;

  return {
    api,
    /** The payment service makes a payment that the buyer may pay. */
    create(paymentId: string, orderId: string, money: Money, manual: boolean): void {
      if (intents.has(paymentId)) return;
      intents.set(paymentId, { paymentId, orderId, money, manual, state: 'open', captured: 0, refunded: 0 });
    },
    /** The buyer acts, or the bank: false when the payment no longer allows it. */
    act(paymentId: string, what: 'pay' | 'process' | 'fail' | 'decline' | 'void'): boolean {
      const intent = intents.get(paymentId);
      if (!intent) return false;
      const { state } = intent;
      if (what === 'void') {
        if (state !== 'authorized') return false;
      } else if (state !== 'open' && (state !== 'pending' || what === 'process' || what === 'decline'))
        return false;
      if (what === 'process') intent.state = 'pending';
      else if (what === 'fail' || what === 'void') {
        intent.state = 'canceled';
        write('payment.canceled', intent);
      } else if (what === 'pay' && !intent.manual) take(intent);
      else if (what === 'pay') {
        intent.state = 'authorized';
        write('payment.authorized', intent);
      }
      return true;
    },
    /** Tells of the captures that we ask for. */
    onCapture: (tell: typeof tellCapture) => {
      tellCapture = tell;
    },
    all: () => [...intents.values()],
  };
}
