import fc from 'fast-check';
import { CreateEventParams } from 'seatsio';
import { expect, it } from 'vitest';
import { createSeatsModel, type SeatsModel, type Wanted } from './stand-ins/seats-model.ts';
import { useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const SEATS = ['A-1', 'A-2', 'A-3', 'A-4'];
const CAPACITY = 6;
const TOKENS = 3;

type Command =
  | { does: 'hold' | 'book' | 'release'; token: number | undefined; wanted: Wanted }
  | { does: 'expire'; token: number };

const token = fc.nat(TOKENS - 1);
const wanted = fc
  .record({ seats: fc.uniqueArray(fc.constantFrom(...SEATS), { maxLength: 3 }), places: fc.nat(4) })
  .filter(({ seats, places }) => seats.length + places > 0);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('hold' as const), token, wanted }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constantFrom('book' as const, 'release' as const),
      token: fc.option(token, { nil: undefined, freq: 3 }),
      wanted,
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('expire' as const), token }) },
);

/** The same sequences in every run, unless others are asked for. */
const SEED = Number(process.env.SEATSIO_MODEL_SEED ?? 5);

let runs = 0;

/** Does the same in the stand-in, over HTTP and with the vendor's client; true: it was taken. */
async function inStandIn(event: string, tokens: string[], todo: Command): Promise<boolean> {
  const { events, holdTokens } = seatsio.client;
  const held = todo.token === undefined ? null : (tokens[todo.token] ?? '');
  try {
    if (todo.does === 'expire') await holdTokens.expiresInMinutes(held ?? '', 0);
    else {
      const { seats, places } = todo.wanted;
      const objects = seats.map((objectId) => ({ objectId, quantity: 1 }));
      if (places > 0) objects.push({ objectId: 'Pit', quantity: places });
      await events[todo.does](event, objects, held ?? (null as unknown as string));
    }
    return true;
  } catch (error) {
    expect([400, 404]).toContain((error as { status?: number }).status);
    return false;
  }
}

function inModel(model: SeatsModel, tokens: string[], todo: Command): boolean {
  const held = todo.token === undefined ? undefined : (tokens[todo.token] ?? '');
  if (todo.does === 'expire') return model.expire(held ?? '');
  if (todo.does === 'hold') return model.hold(held ?? '', todo.wanted);
  return model[todo.does](held, todo.wanted);
}

/** A release without a token reaches other buyers' held places when booked ones run out: the model leaves that open. */
function isOpen(model: SeatsModel, todo: Command): boolean {
  return todo.does === 'release' && todo.token === undefined && todo.wanted.places > model.area().numBooked;
}

it('any sequence of holds, bookings, releases and expiries does what a small model of the facts does', async () => {
  const subChart = {
    rows: [{ label: 'A', seats: ['1', '2', '3', '4'].map((label) => ({ label, categoryKey: 1 })) }],
    generalAdmissionAreas: [{ label: 'Pit', capacity: CAPACITY, categoryKey: 1 }],
  };
  const drawing = { name: 'Model', categories: { list: [{ key: 1, label: 'One' }] }, subChart };
  await seatsio.upload('model', drawing);
  const taken = { true: 0, false: 0 };

  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (commands) => {
      runs += 1;
      const event = `model-${runs}`;
      await seatsio.client.events.create('model', new CreateEventParams().withKey(event));
      const model = createSeatsModel(CAPACITY);
      const tokens = await Promise.all(Array.from({ length: TOKENS }, () => seatsio.newToken()));
      for (const one of tokens) model.createToken(one);

      for (const todo of commands) {
        if (isOpen(model, todo)) continue;
        const expected = inModel(model, tokens, todo);
        expect({ todo, taken: await inStandIn(event, tokens, todo) }).toEqual({ todo, taken: expected });
        taken[`${expected}`] += 1;
        const infos = await seatsio.client.events.retrieveObjectInfos(event, [...SEATS, 'Pit']);
        const seats = SEATS.map((label) => ({
          status: infos[label]?.status,
          token: infos[label]?.holdToken,
        }));
        expect(seats).toEqual(SEATS.map((label) => model.seat(label)));
        const { numBooked, numFree, holds } = infos.Pit ?? {};
        const held = Object.fromEntries(
          Object.entries(holds ?? {}).map(([holder, byType]) => [holder, byType.NO_TICKET_TYPE]),
        );
        expect({ held, numBooked, numFree }).toEqual(model.area());
      }
    }),
    { numRuns: 150, seed: SEED },
  );
  // Both answers were really met: a stand-in that refuses everything must not pass.
  expect(Math.min(taken.true, taken.false)).toBeGreaterThan(300);
});
