import { checkoutWorkflowId, ticketDeskWorkflowId } from '../../src/checkout/ids.ts';
import type { Order } from '../../src/checkout/order.ts';
import { isUnsold } from '../../src/checkout/outcome.ts';
import { NoAnswerError } from '../../src/checkout-errors.ts';
import type { StartAnswer } from '../../src/client.ts';
import type { Coverage } from './coverage.ts';
import { createPaymentService } from './payment-service.ts';
import type { Act } from './plan.ts';
import { EVENT_ID, type World } from './world.ts';

/**
 * The buyers, the payment service and the back office: they do what the plan says, when it says so, and take
 * every answer that a real one has to live with.
 */
export function play(world: World, coverage: Coverage): void {
  const { plan, orders, clock, moments, client, server, worker } = world;
  const pay = createPaymentService(world);
  const attempts = new Map<string, number>();
  const charts = new Map<string, string>();

  for (const [index, order] of orders.entries()) {
    clock.after(plan.orders[index]?.startsAtMs ?? 0, () => start(order));
  }
  watchDesk(world);
  for (const act of plan.acts) {
    const order = orders[act.of % orders.length];
    if (order) moments.at(order.orderId, act.moment, () => perform(act, order));
  }

  function start(order: Order, retryOf?: number): void {
    moments.happened(order.orderId, 'start');
    client.start(order, { ...(retryOf !== undefined && { retryOf }), ...chartOf(order, retryOf) }).then(
      (answer) => onAnswer(order, answer),
      (error: unknown) => {
        // A caller without an answer asks again; every other error is a refusal.
        if (error instanceof NoAnswerError || isTransport(error))
          clock.after(1_000, () => start(order, retryOf));
      },
    );
  }

  /** The chart has held the seats before the first start; every start of the first attempt brings its token. */
  function chartOf(order: Order, retryOf: number | undefined): { chartToken?: string } {
    const index = orders.indexOf(order);
    if (retryOf !== undefined || plan.orders[index]?.hasChart !== true) return {};
    const chartToken = charts.get(order.orderId) ?? world.seats.holdByChart(order.seats);
    charts.set(order.orderId, chartToken);
    return { chartToken };
  }

  function onAnswer(order: Order, answer: StartAnswer): void {
    attempts.set(order.orderId, answer.attempt);
    if (answer.state !== 'held') return;
    world.promises.set(answer.workflowId, Date.parse(answer.deadline));
    moments.happened(order.orderId, 'held');
    moments.happened(order.orderId, 'deadline', Date.parse(answer.deadline) - clock.now());
  }

  function perform(act: Act, order: Order): void {
    const { orderId } = order;
    const attempt = attempts.get(orderId);
    if (act.do === 'pay') pay.pay(order, act.payment, attempt);
    else if (act.do === 'redeliver') pay.redeliver(orderId);
    else if (act.do === 'crash') worker.crash(act.downMs);
    else if (act.do === 'set_clock') {
      coverage.count('a jump of the clock');
      clock.jump(act.byMs);
    } else if (act.do === 'steal') {
      if (act.seat < 2) world.seats.steal(world.labels[act.seat] ?? '');
      else world.seats.stealPlaces(2);
    } else if (act.do === 'start_again') start(order);
    else if (act.do === 'start_other') start({ ...order, eventName: 'Another' });
    else if (act.do === 'retry') retry(order, attempt ?? 1);
    else if (act.do === 'terminal_cancel') {
      const run = server.openRun(checkoutWorkflowId(orderId, attempt ?? 1));
      if (!run) return;
      server.cancel(run);
    } else if (act.do === 'refund_instead') client.refundInstead(orderId, 'asked for').catch(() => {});
    else if (act.do === 'cancel') {
      client.cancel(orderId).catch(() => {});
    }
  }

  /** The buyer reads how it ended, and tries again if that may be. */
  function retry(order: Order, attempt: number): void {
    const run = server.newest(checkoutWorkflowId(order.orderId, attempt));
    if (!run) return;
    server.whenClosed(run).then(
      async () => {
        const found = await client.result(order.orderId).catch(() => undefined);
        if (found && isUnsold(found)) start(order, found.attempt);
      },
      () => {},
    );
  }
}

export function isTransport(error: unknown): boolean {
  return error instanceof Error && error.name === 'ServiceError';
}

/**
 * The operator: where the ticket desk asks for attention since TMT has no tickets, he has them made there. The
 * desk itself never asks a second time after a call whose end nobody knows.
 */
function watchDesk({ clock, server, tmt }: World): void {
  clock.after(2_000_000, () => {
    const desk = server.newest(ticketDeskWorkflowId(EVENT_ID));
    if (desk?.attributes.NeedsAttention === true && !tmt.hasTickets()) tmt.generate();
  });
}
