import { z } from 'zod';
import { createNamedSeatFunctions, type NamedSeatFunctions } from '../../seat-functions/by-name.ts';
import type { SeatFunctions } from '../../seat-functions/seat-functions.ts';
import {
  type DataOf,
  RELEASE_OVERRIDE,
  SEAT_FUNCTIONS,
  type SeatFunctionName,
} from '../../seat-functions/wire.ts';
import type { App } from '../app.ts';
import { auditOverride } from '../audit-log.ts';
import { type Access, callerOf } from '../auth/access-control.ts';
import { answerInEnvelope, done, envelope, failureAnswers } from '../envelope.ts';
import type { IdempotentHolds } from '../idempotent-holds.ts';
import { takeJson } from '../json-body.ts';
import { HttpProblem } from '../problem.ts';

/** Upstream calls of one function, all together. Shorter than the half minute that proxies and clients wait. */
const FUNCTION_MS = { timeoutMs: 15_000 };
/** A list asks for the counters of every event. */
const LIST_MS = { timeoutMs: 25_000 };

/** TMT's functions for shops. Unknown keys are ignored, for callers hand back whole objects. */
export function addSeatFunctionRoutes(app: App, functions: SeatFunctions, holds: IdempotentHolds): void {
  const named = createNamedSeatFunctions(functions);
  answerInEnvelope(app);
  takeJson(app, { mayBeEmpty: true });
  addFunction(app, 'list_event_seatsio', ['checkout'], named);
  addHold(app, named, holds);
  addFunction(app, 'release_seats_seatsio', ['checkout'], named);
  addFunction(app, 'expire_hold_token_seatsio', ['checkout'], named);
  addFunction(app, 'book_seats_seatsio', ['checkout'], named);
  // TMT's clients know one address for all six: this one tells them where the sixth is.
  app.post(
    '/create_event_seatsio',
    {
      config: { access: ['admin'] },
      schema: {
        summary: 'For administrators, on their listener',
        body: z.unknown().meta({ description: 'Nobody reads it' }),
        response: failureAnswers(),
      },
    },
    async () => {
      throw new HttpProblem('admin_only', 'create_event_seatsio is on the listener for administrators.');
    },
  );
}

/** What only administrators may do, on their own listener. */
export function addAdminSeatFunctionRoutes(app: App, functions: SeatFunctions): void {
  const named = createNamedSeatFunctions(functions);
  answerInEnvelope(app);
  addFunction(app, 'create_event_seatsio', ['admin'], named);

  const { summary, data, answer } = RELEASE_OVERRIDE;
  app.post(
    '/release_seats_seatsio',
    {
      config: { access: ['admin'] },
      schema: { summary, body: z.object({ data }), response: { 200: envelope(answer), ...failureAnswers() } },
    },
    async (request) => {
      const asked = request.body.data;
      // Before the call, so that it is there whatever becomes of it; the line of the answer has the same request id.
      auditOverride(request, asked);
      return done(await named.releaseOverride(asked, FUNCTION_MS));
    },
  );
}

const KEY_HEADER = z.string().meta({
  description: 'A new random one for each request: a request that is repeated with it is held once',
});

/** With an `Idempotency-Key` the hold is made once; without one, as TMT's clients call it, each call is a new hold. */
function addHold(app: App, named: NamedSeatFunctions, holds: IdempotentHolds): void {
  const { summary, data, answer } = SEAT_FUNCTIONS.hold_seats_seatsio;
  const headers = z.looseObject({ 'idempotency-key': KEY_HEADER.optional() });
  app.post(
    '/hold_seats_seatsio',
    {
      config: { access: ['checkout'] },
      schema: {
        summary,
        headers,
        body: z.object({ data }),
        response: { 200: envelope(answer), ...failureAnswers() },
      },
    },
    async (request) => {
      const {
        body,
        headers: { 'idempotency-key': key },
      } = request;
      if (key === undefined) return done(await named.hold_seats_seatsio(body.data, FUNCTION_MS));
      return done(await holds.hold({ caller: callerOf(request).name, key, data: body.data }));
    },
  );
}

function addFunction(app: App, name: SeatFunctionName, access: Access, named: NamedSeatFunctions): void {
  const { summary, data, answer } = SEAT_FUNCTIONS[name];
  const hasParameters = name !== 'list_event_seatsio';
  const body = hasParameters ? z.object({ data }) : z.object({ data: data.nullish() }).nullish();
  const limit = hasParameters ? FUNCTION_MS : LIST_MS;
  const call = named[name] as (data: DataOf<SeatFunctionName>, call: typeof limit) => Promise<unknown>;
  app.post(
    `/${name}`,
    {
      config: { access },
      schema: { summary, body, response: { 200: envelope(answer), ...failureAnswers() } },
    },
    // Body and answer are of the named function: both went, or go, through its schema.
    async (request) =>
      done(await call((request.body?.data ?? {}) as DataOf<SeatFunctionName>, limit)) as never,
  );
}
