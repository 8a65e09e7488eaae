import { isArea, objectLabel, type Seat } from '../../../src/checkout/order.ts';
import type { HeldSeat, SeatChange } from '../../../src/seatsio/change-seats.ts';
import { BOOKED, HELD, type ObjectState } from '../../../src/seatsio/object-state.ts';
import type { SeatsApi } from '../../../src/seatsio/seats-api.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Dice } from '../dice.ts';
import type { EffectLog } from './ledger.ts';
import { type CallRemote, remoteError } from './remote.ts';

interface SeatObject {
  label: string;
  status: string;
  orderId?: string;
  token?: string;
}
interface AreaObject {
  label: string;
  capacity: number;
  booked: number;
  held: Map<string, number>;
}
interface Token {
  createdAt: number;
  expiresAt: number;
  expiry: Cancel;
}

const MINUTE = 60_000;
const CAP_MS = 120 * MINUTE;
/** The product believes the log's silence after ten seconds. */
const LOG_WRITTEN_WITHIN_MS = 9_000;

export type SeatsModel = ReturnType<typeof createSeatsModel>;

/** Seats.io in memory, with the answers that give a caller the most trouble where the vendor says nothing. */
export function createSeatsModel(
  clock: Clock,
  dice: Dice,
  ledger: EffectLog,
  call: CallRemote,
  event: { eventId: string; labels: string[]; area: string; capacity: number },
) {
  const seats = new Map<string, SeatObject>(event.labels.map((label) => [label, { label, status: 'free' }]));
  const area: AreaObject = { label: event.area, capacity: event.capacity, booked: 0, held: new Map() };
  const tokens = new Map<string, Token>();
  /** Whose places a token holds: the ledger names the order, though the vendor forgets it. */
  const holders = new Map<string, string>();
  /** What the log of changes shows by now, of the area. */
  const logged: { status: string; orderKey: string; token: string }[] = [];
  let created = 0;

  const write = (effect: string, label: string, quantity: number, facts: Record<string, unknown>) =>
    ledger.append(effect, { event: event.eventId, label, quantity, ...facts });
  const refused = (name: string, code = 'illegal_change') => remoteError('seatsio', name, 'refused', code);
  const freePlaces = () =>
    area.capacity - area.booked - [...area.held.values()].reduce((sum, held) => sum + held, 0);

  function end(id: string): void {
    tokens.get(id)?.expiry();
    tokens.delete(id);
    for (const seat of seats.values()) if (seat.token === id) free(seat);
    const held = area.held.get(id) ?? 0;
    if (held > 0) write('released', area.label, held, { from: HELD, to: 'free', orderId: holders.get(id) });
    area.held.delete(id);
  }
  function free(seat: SeatObject): void {
    write('released', seat.label, 1, { from: seat.status, to: 'free', orderId: seat.orderId });
    seat.status = 'free';
    delete seat.token;
  }
  function setEnd(id: string, createdAt: number, minutes: number): { expiresInSeconds: number } {
    const expiresAt = Math.min(createdAt + CAP_MS, clock.now() + Math.round(minutes * MINUTE));
    tokens.get(id)?.expiry();
    tokens.set(id, { createdAt, expiresAt, expiry: clock.after(expiresAt - clock.now(), () => end(id)) });
    return { expiresInSeconds: Math.floor((expiresAt - clock.now()) / 1000) };
  }
  function alive(id: string, name: string): Token {
    const token = tokens.get(id);
    if (token) return token;
    throw remoteError('seatsio', name, 'not_found');
  }

  function change(name: 'hold' | 'book', { seats: wanted, token, orderKey }: SeatChange): HeldSeat[] {
    if (!tokens.has(token)) throw refused(name, 'dead_token');
    for (const seat of wanted) requireChange(name, seat, token);
    const status = name === 'hold' ? HELD : BOOKED;
    clock.after(dice.int(50, LOG_WRITTEN_WITHIN_MS), () => logged.push({ status, orderKey, token }));
    for (const seat of wanted) {
      const facts = { orderId: orderKey, holdToken: token };
      if (isArea(seat)) {
        const held = area.held.get(token) ?? 0;
        holders.set(token, orderKey);
        area.held.set(token, name === 'hold' ? held + seat.quantity : held - seat.quantity);
        if (name === 'book') area.booked += seat.quantity;
        write(name === 'hold' ? 'held' : BOOKED, area.label, seat.quantity, facts);
      } else {
        const object = seats.get(seat.label);
        if (!object) continue;
        object.status = status;
        object.orderId = orderKey;
        if (name === 'hold') object.token = token;
        else delete object.token;
        write(name === 'hold' ? 'held' : BOOKED, seat.label, 1, facts);
      }
    }
    return wanted.map((seat) => ({ seat, ...categoryOf(seat) }));
  }
  function requireChange(name: 'hold' | 'book', seat: Seat, token: string): void {
    if (isArea(seat)) {
      const enough = name === 'hold' ? freePlaces() : (area.held.get(token) ?? 0);
      if (seat.area !== area.label || seat.quantity > enough) throw refused(name);
      return;
    }
    const object = seats.get(seat.label);
    const may =
      name === 'hold' ? object?.status === 'free' : object?.status === HELD && object.token === token;
    if (!may) throw refused(name);
  }

  function stateOf(seat: Seat): ObjectState[] {
    if (isArea(seat)) {
      const held = [...area.held.values()].reduce((sum, places) => sum + places, 0);
      const places = { free: freePlaces(), booked: area.booked, held, heldByToken: new Map(area.held) };
      return [
        { label: area.label, status: places.free > 0 ? 'free' : BOOKED, ...categoryOf(seat), area: places },
      ];
    }
    const object = seats.get(seat.label);
    if (!object) return [];
    const { label, status, orderId, token } = object;
    return [
      { label, status, ...categoryOf(seat), ...(orderId && { orderId }), ...(token && { holdToken: token }) },
    ];
  }

  /** What the buyer's chart holds becomes ours, in one call: all of it that is wanted, or nothing. */
  function takeOver(wanted: SeatChange & { from: string }): HeldSeat[] {
    const { from, token } = wanted;
    if (!tokens.has(from) || !tokens.has(token)) throw refused('takeOver', 'dead_token');
    for (const seat of wanted.seats) requireChange('book', seat, from);
    for (const seat of wanted.seats) {
      const object = isArea(seat) ? undefined : seats.get(seat.label);
      if (object) free(object);
      if (!isArea(seat)) continue;
      area.held.set(from, (area.held.get(from) ?? 0) - seat.quantity);
      write('released', area.label, seat.quantity, { from: HELD, to: 'free' });
    }
    return change('hold', wanted);
  }

  /** Booked seats and places, whoever booked them, become the token's. */
  function unbook(wanted: SeatChange): HeldSeat[] {
    if (!tokens.has(wanted.token)) throw refused('unbook', 'dead_token');
    const labels = wanted.seats.flatMap((seat) => (isArea(seat) ? [] : (seats.get(seat.label) ?? [])));
    const places = wanted.seats.reduce((sum, seat) => sum + (isArea(seat) ? seat.quantity : 0), 0);
    if (labels.some(({ status }) => status !== BOOKED) || places > area.booked) throw refused('unbook');
    for (const seat of labels) free(seat);
    area.booked -= places;
    if (places > 0) write('released', area.label, places, { from: BOOKED, to: 'free' });
    return change('hold', wanted);
  }

  const api = {
    createToken: (minutes, limit) =>
      call('createToken', limit, () => {
        created += 1;
        const token = `token-${created}`;
        return { token, ...setEnd(token, clock.now(), minutes) };
      }),
    extendToken: (token, minutes, limit) =>
      call('extendToken', limit, () => setEnd(token, alive(token, 'extendToken').createdAt, minutes)),
    expireToken: (token, limit) => call('expireToken', limit, () => end(token)),
    retrieveToken: (token, limit) =>
      call('retrieveToken', limit, () => {
        const found = tokens.get(token);
        if (!found) return undefined;
        return { expiresInSeconds: Math.floor((found.expiresAt - clock.now()) / 1000), workspaceKey: 'main' };
      }),
    hold: (wanted, limit) => call('hold', limit, () => change('hold', wanted)),
    takeOver: (wanted, limit) => call('takeOver', limit, () => takeOver(wanted)),
    book: (wanted, limit) => call('book', limit, () => change('book', wanted)),
    read: (_eventId, wanted, limit) => call('read', limit, () => wanted.flatMap(stateOf)),
    unbook: (wanted, limit) => call('unbook', limit, () => unbook(wanted)),
    wasChanged: (_eventId, _areas, sought, limit) =>
      call('wasChanged', limit, () =>
        logged.some(
          (line) =>
            line.status === sought.status &&
            ('token' in sought ? line.token === sought.token : line.orderKey === sought.orderKey),
        ),
      ),
  } satisfies Partial<SeatsApi>;

  return {
    api,
    /** The buyer's chart holds the seats by itself, as far as they are free; its token lives for 15 minutes. */
    holdByChart(wanted: Seat[]): string {
      created += 1;
      const token = `chart-${created}`;
      setEnd(token, clock.now(), 15);
      try {
        change('hold', { eventId: event.eventId, seats: wanted, token, orderKey: token });
      } catch {
        // Somebody else was quicker; the chart has nothing, and the checkout will find that out.
      }
      return token;
    },
    /** The back office takes a seat away from whoever holds it, or sells a free one elsewhere. */
    steal(label: string): void {
      const seat = seats.get(label);
      if (!seat || seat.status === BOOKED) return;
      if (seat.status === HELD) free(seat);
      seat.status = 'sold_elsewhere';
    },
    /** The back office sells free places of the area elsewhere. */
    stealPlaces(quantity: number): void {
      area.capacity -= Math.min(quantity, freePlaces());
    },
    bookedBy: (orderKey: string) =>
      [...seats.values()].filter((seat) => seat.status === BOOKED && seat.orderId === orderKey).length,
    /** How many seats and places of the order are held now. */
    heldBy: (orderKey: string) =>
      [...seats.values()].filter((seat) => seat.status === HELD && seat.orderId === orderKey).length +
      [...area.held].reduce(
        (sum, [token, places]) => sum + (holders.get(token) === orderKey ? places : 0),
        0,
      ),
  };
}

/** One category for the seats and one for the area; the ticket desk finds TMT's zones by these names. */
function categoryOf(seat: Seat): { categoryKey: string; categoryLabel: string } {
  return isArea(seat) || objectLabel(seat) === 'Floor'
    ? { categoryKey: '2', categoryLabel: 'Standing' }
    : { categoryKey: '1', categoryLabel: 'Stalls' };
}
