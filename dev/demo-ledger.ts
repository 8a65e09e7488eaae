import type { CheckoutResult } from '../src/checkout/outcome.ts';
import type { TimelineEntry } from './timeline.ts';

/** An effect at a remote system, as its stand-in wrote it down. */
interface Effect {
  at: string;
  effect: string;
  [fact: string]: unknown;
}

/**
 * What really happened to an order at the three remote systems, from their ledgers.
 *
 * @param token the order's hold token, by which Seats.io's effects are found; it is not shown
 */
export async function readEffects(
  admin: string,
  order: { orderId: string; token: string | undefined },
  result: CheckoutResult,
): Promise<TimelineEntry[]> {
  const [seatsio, tmt, stripe] = await Promise.all(
    ['seatsio', 'tmt', 'stripe'].map((system) => readLedger(admin, system)),
  );
  const ticketIds = new Set(
    result.outcome === 'completed' ? result.tickets.map((each) => each.ticketId) : [],
  );
  const isOurs = (effect: Effect): boolean =>
    ticketIds.has(String(effect.ticketId)) ||
    (Array.isArray(effect.ticketIds) && effect.ticketIds.some((id) => ticketIds.has(String(id))));
  return [
    ...told('Seats.io', seatsio?.filter(({ holdToken }) => holdToken === order.token) ?? [], seatsText),
    ...told('TMT', tmt?.filter(isOurs) ?? [], tmtText),
    ...told('payments', stripe?.filter(({ orderId }) => orderId === order.orderId) ?? [], paymentText),
  ];
}

async function readLedger(admin: string, system: string): Promise<Effect[]> {
  const answer = await fetch(`${admin}/ledger/${system}`, { signal: AbortSignal.timeout(10_000) });
  const { entries } = (await answer.json()) as { entries: Effect[] };
  return entries;
}

/** Effects of one kind that follow each other are one line: a call changes all seats of an order at once. */
function told(
  who: TimelineEntry['who'],
  effects: readonly Effect[],
  text: (kind: string, effects: readonly Effect[]) => string,
): TimelineEntry[] {
  const groups: Effect[][] = [];
  for (const effect of effects) {
    const last = groups.at(-1);
    if (last?.[0]?.effect === effect.effect) last.push(effect);
    else groups.push([effect]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    return first ? [{ at: new Date(first.at), who, what: text(first.effect, group) }] : [];
  });
}

function seatsText(kind: string, effects: readonly Effect[]): string {
  const seats = effects
    .map(({ label, quantity }) =>
      Number(quantity) > 1 ? `${String(label)} × ${Number(quantity)}` : String(label),
    )
    .join(', ');
  const texts: Record<string, string> = {
    'token.created': 'hold token made',
    'token.extended': 'hold token extended',
    'token.expired': 'hold token ended',
    held: `held ${seats}`,
    booked: `booked ${seats}`,
    released: `freed ${seats}`,
  };
  return texts[kind] ?? kind;
}

function tmtText(kind: string, effects: readonly Effect[]): string {
  const [first] = effects;
  const texts: Record<string, string> = {
    'tickets.generated': `generated the ${Number(first?.count)} tickets of the event`,
    'order.created': 'order record written',
    'ticket.sold': `${effects.length} tickets marked sold`,
  };
  return texts[kind] ?? kind;
}

function paymentText(kind: string): string {
  return kind.replace(/^payment\./, 'payment ').replaceAll('_', ' ');
}
