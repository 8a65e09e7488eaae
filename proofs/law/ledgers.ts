type System = 'seatsio' | 'tmt' | 'stripe';

export interface Effect {
  seq: number;
  effect: string;
  [fact: string]: unknown;
}

/** What really happened at the three remote systems, in order, whatever our own state says. */
export interface Effects {
  seats: Effect[];
  tmt: Effect[];
  money: Effect[];
}

export type Ledgers = ReturnType<typeof createLedgers>;

/** The effect ledgers of the stand-ins behind the admin port `admin`. */
export function createLedgers(admin: string) {
  const read = async (system: System): Promise<Effect[]> => {
    const response = await fetch(`${admin}/ledger/${system}`);
    return ((await response.json()) as { entries: Effect[] }).entries;
  };
  const all = async (): Promise<Effects> => {
    const [seats, tmt, money] = await Promise.all([read('seatsio'), read('tmt'), read('stripe')]);
    return { seats, tmt, money };
  };
  return {
    read,
    /** Everything, for many events at once: each call reads the whole ledgers. */
    all,
    /** Everything that happened to one event, at all three systems. */
    ofEvent: async (eventId: string): Promise<Effects> => effectsOf(await all(), eventId),
  };
}

/** The part of the ledgers that is one event's. Its orders' ids begin with the id of the event. */
export function effectsOf({ seats, tmt, money }: Effects, eventId: string): Effects {
  return {
    seats: seats.filter(({ event }) => event === eventId),
    tmt: tmt.filter(
      ({ eventId: of, ticketId }) => of === eventId || String(ticketId).startsWith(`${eventId}-`),
    ),
    money: money.filter(({ orderId }) => String(orderId).startsWith(`${eventId}-`)),
  };
}
