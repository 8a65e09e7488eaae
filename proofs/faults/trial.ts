import type { FaultScript } from '../../emulators/stand-in/fault-script.ts';
import { attemptId, checkoutWorkflowId, latePaymentWorkflowId } from '../../src/checkout/ids.ts';
import { isArea, type Order } from '../../src/checkout/order.ts';
import type { PaymentEvent } from '../../src/checkout/payment.ts';
import type { Terms } from '../../src/checkout/terms.ts';
import { CheckoutClosingError, NoAnswerError } from '../../src/checkout-errors.ts';
import { CheckoutClient, type StartOptions } from '../../src/client.ts';
import { orderOf, type Wanted } from '../stage/orders.ts';
import type { ScriptedFault, Stage } from '../stage/stage.ts';
import { UnbuiltError } from './verdict.ts';
import type { System, WriteSpec } from './writes.ts';

type Pay = Parameters<Stage['pay']>[1];
type Facts = { payment?: string; token?: string };

/** The fault of a cell: one write, befallen by one action. */
export interface Befall {
  write: WriteSpec;
  action: object;
  times: FaultScript['times'];
}

export interface TrialSetting {
  stage: Stage;
  taskQueue: string;
  wants: Wanted;
  terms: Terms;
  /** Which attempt's calls the fault meets. */
  attempt: number;
  lateMoney: 'rescue' | 'refund';
  befall?: Befall;
  /** Waited for right before the buyer does what leads to the write. */
  aboutToCall?: () => Promise<void>;
}

export type Trial = Awaited<ReturnType<typeof openTrial>>;

let trials = 0;

/** One order of an event of its own, its buyer, and the fault that waits for it. */
export async function openTrial(setting: TrialSetting) {
  const { stage, taskQueue, terms, befall } = setting;
  trials += 1;
  const eventId = await stage.newEvent({ stalls: 4, floor: 6 });
  const order: Order = {
    ...orderOf(eventId, `t${trials}`, setting.wants),
    lateMoney: setting.lateMoney,
  };
  const { orderId } = order;
  const checkouts = new CheckoutClient({ client: stage.temporal, taskQueue, terms });
  const scripted: ScriptedFault[] = [];
  const payments: string[] = [];
  let afterPay: (paymentId: string) => Promise<unknown> = async () => {};
  let fault: ScriptedFault | undefined;
  let tellArmed: (fault: ScriptedFault) => void = () => {};
  const armed = new Promise<ScriptedFault>((resolve) => {
    tellArmed = resolve;
  });

  const script = async (
    system: System,
    call: string,
    match: string,
    action: object,
    times: FaultScript['times'] = 1,
  ) => {
    const added = await stage.fault({ system, call, match, action, times });
    scripted.push(added);
    return added;
  };

  /** Scripts the cell's fault as soon as it is known by what its call can be told from those of others. */
  const arm = async (facts: Facts) => {
    if (!befall || fault) return;
    const { system, call, known } = befall.write;
    const match = {
      minutes: `"expiresInMinutes":${Math.ceil((terms.holdMs + terms.graceMs) / 60_000)}}`,
      attempt: attemptId(orderId, setting.attempt),
      event: eventId,
      payment: facts.payment,
      token: facts.token,
    }[known];
    if (match === undefined) return;
    fault = await script(system, call, match, befall.action, befall.times);
    tellArmed(fault);
  };

  return {
    stage,
    order,
    checkouts,
    attemptId: attemptId(orderId, setting.attempt),
    payments,
    /** The cell's fault, once it is scripted. */
    armed,
    arm,
    script,
    ready: async (moment: WriteSpec['after']) => {
      if (befall?.write.after === moment) await setting.aboutToCall?.();
    },
    onPay: async (run: (paymentId: string) => Promise<unknown>) => {
      afterPay = run;
    },
    async pay(how?: Pay) {
      const payment = await stage.pay(order, how);
      payments.push(payment.paymentId);
      await afterPay(payment.paymentId);
      return payment;
    },
    /** The order's seats are held by a token of the buyer's chart. */
    async chooseInChart(): Promise<string> {
      const { holdToken } = await stage.seatsio.holdTokens.create(15);
      const objects = order.seats.map((seat) =>
        isArea(seat) ? { objectId: seat.area, quantity: seat.quantity } : { objectId: seat.label },
      );
      await stage.seatsio.events.hold(eventId, objects, holdToken);
      return holdToken;
    },
    /** Whether the seats are held now. */
    async start(options: StartOptions = {}): Promise<boolean> {
      if (befall?.write.after === 'start') await setting.aboutToCall?.();
      const answer = await checkouts.start(order, options).catch((error: unknown) => {
        // The caller may ask again, and joins.
        if (error instanceof NoAnswerError) return checkouts.start(order, options);
        throw error;
      });
      if (answer.state === 'held') await arm({ token: answer.token });
      return answer.state === 'held';
    },
    /** @throws UnbuiltError when a short hold was over before the payment was opened */
    async open(paymentId: string): Promise<void> {
      await checkouts.openPayment(orderId, paymentId).catch((error: unknown) => {
        throw error instanceof CheckoutClosingError ? new UnbuiltError('the payment was opened late') : error;
      });
    },
    tell: (event: PaymentEvent) => checkouts.recordPayment(event),
    async cancel(): Promise<void> {
      await checkouts.cancel(orderId).catch((error: unknown) => {
        if (!(error instanceof NoAnswerError)) throw error;
      });
    },
    firstResult: () => stage.temporal.workflow.getHandle(checkoutWorkflowId(orderId, 1)).result(),
    lateResult: (paymentId: string) =>
      stage.temporal.workflow.getHandle(latePaymentWorkflowId(paymentId)).result(),
    /** Forgets every fault that was scripted for this order. */
    lift: async () => {
      await Promise.all(scripted.map((each) => each.lift()));
    },
  };
}
