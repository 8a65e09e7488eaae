import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { faultScript } from './fault-script.ts';
import type { StandIn } from './stand-in.ts';

/** The longest that `GET /faults/:id/hit` waits, in ms. */
const LONGEST_WAIT = 120_000;

/** Names of this machine only, with any port. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

const systemParams = z.object({ system: z.string() });
const faultParams = z.object({ id: z.string() });
const ledgerQuery = z.object({ after: z.coerce.number().int().min(0).default(0) });
const hitQuery = z.object({ wait: z.coerce.number().int().min(0).max(LONGEST_WAIT).default(0) });

/**
 * The one admin app of all stand-ins: ledgers, state dumps, scripted faults, and each stand-in's own routes
 * under `/<system>/`. It shows tokens and has no password: listen on the loopback only.
 *
 * `GET /health` · `GET /ledger/:system?after=SEQ` · `GET /state/:system` · `POST /faults` → `{id}` ·
 * `GET /faults/:id/hit?wait=MS` → `{hits}` · `POST /faults/:id/release` · `DELETE /faults/:id` ·
 * `DELETE /faults`.
 * What is asked for wrongly gets 400, what is not there 404, each with `{error}`.
 */
export function createAdmin(standIns: readonly StandIn[]): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, keepAliveTimeout: 72_000 });
  const bySystem = new Map<string, StandIn>(standIns.map((standIn) => [standIn.system, standIn]));

  // A page that a browser has open can reach the loopback under a name of its own, but not choose this header.
  app.addHook('onRequest', async ({ headers: { host = '' } }) => {
    if (!LOOPBACK.test(host)) throw refusal(403, 'the admin port is for callers of this machine only');
  });
  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof z.ZodError ? 400 : statusOf(error);
    return reply.code(status).send({ error: textOf(error, status) });
  });
  app.setNotFoundHandler(({ method, url }, reply) =>
    reply.code(404).send({ error: `no such admin route: ${method} ${url.split('?')[0]}` }),
  );

  const find = (system: string): StandIn => {
    const standIn = bySystem.get(system);
    if (standIn === undefined) throw notFound(`no stand-in of the name ${system}`);
    return standIn;
  };

  app.get('/health', () => ({ status: 'ok', systems: [...bySystem.keys()] }));
  app.get('/ledger/:system', async ({ params, query }) => {
    const { ledger } = find(systemParams.parse(params).system);
    const range = ledgerQuery.parse(query);
    await ledger.catchUp();
    return { entries: ledger.entries(range) };
  });
  app.get('/state/:system', ({ params }) => find(systemParams.parse(params).system).state());

  app.post('/faults', (request, reply) => {
    const script = faultScript.parse(request.body);
    const { faults } = find(script.system);
    const calls = faults.calls();
    if (!calls.includes(script.call)) {
      throw refusal(400, `${script.system} has no call ${script.call}, only ${calls.join(', ')}`);
    }
    return reply.code(201).send({ id: faults.add(script) });
  });
  app.get('/faults/:id/hit', async ({ params, query }) => {
    const { id } = faultParams.parse(params);
    const { wait } = hitQuery.parse(query);
    const answers = await Promise.all(standIns.map((standIn) => standIn.faults.hits(id, wait)));
    const hits = answers.find((answer) => answer !== undefined);
    if (hits === undefined) throw notFound('no such fault');
    return { hits };
  });
  app.post('/faults/:id/release', ({ params }) => {
    const { id } = faultParams.parse(params);
    if (!standIns.some((standIn) => standIn.faults.release(id))) throw notFound('no such fault');
    return { released: true };
  });
  app.delete('/faults/:id', ({ params }) => {
    const { id } = faultParams.parse(params);
    if (!standIns.some((standIn) => standIn.faults.lift(id))) throw notFound('no such fault');
    return { lifted: true };
  });
  app.delete('/faults', () => {
    for (const standIn of standIns) standIn.faults.clear();
    return { cleared: true };
  });

  for (const standIn of standIns) {
    const routes = standIn.adminRoutes?.bind(standIn);
    if (routes === undefined) continue;
    app.register(
      async (scope) => {
        routes(scope);
      },
      { prefix: `/${standIn.system}` },
    );
  }
  return app;
}

function refusal(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { statusCode });
}

function notFound(message: string): Error {
  return refusal(404, message);
}

/** What a person at the port can act on; curl, for one, sends a form unless told otherwise. */
function textOf(error: unknown, status: number): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (status === 415) return 'send content-type: application/json';
  return error instanceof Error ? error.message : String(error);
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
