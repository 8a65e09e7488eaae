import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createApp } from '../stand-in/app.ts';
import { systemClock } from '../stand-in/clock.ts';
import { createFaults } from '../stand-in/faults.ts';
import { createLedger } from '../stand-in/ledger.ts';
import { newFaultId, type StandIn, type StandInOptions } from '../stand-in/stand-in.ts';
import { openStore, type Store } from '../stand-in/store.ts';
import { createAreaStates } from './area-states.ts';
import { requireSecretKey } from './auth.ts';
import { addChartRoutes } from './chart-routes.ts';
import { createCharts } from './charts.ts';
import { CLUB, clubDrawing } from './club.ts';
import { addEventRoutes } from './event-routes.ts';
import { createEvents } from './events.ts';
import { createHoldReleases } from './hold-releases.ts';
import { createHoldTokens } from './hold-tokens.ts';
import { createObjectInfos } from './object-infos.ts';
import { cautious, type OpenQuestions } from './open-questions.ts';
import { addReportRoutes } from './report-routes.ts';
import { createSeatStates } from './seat-states.ts';
import { createStatusChanges } from './status-changes.ts';
import { addStatusRoutes } from './status-routes.ts';
import { addTokenRoutes } from './token-routes.ts';
import { errorBody, VendorError } from './vendor-error.ts';

/** The key of a stand-in that was given none. Not a secret: it opens nothing but a stand-in. */
export const DEMO_SECRET_KEY = 'seatsio-demo-secret';
export const DEMO_WORKSPACE_KEY = 'seatsio-demo-workspace';

export interface SeatsioStandInOptions extends StandInOptions {
  secretKey?: string;
  workspaceKey?: string;
  /** Answers to what the vendor leaves open; the cautious one for each that is absent. */
  open?: Partial<OpenQuestions>;
}

/** The Seats.io stand-in: its API's checkout part, to which the official client talks unchanged. */
export function createSeatsioStandIn(options: SeatsioStandInOptions = {}): StandIn {
  const { dataDir, clock = systemClock } = options;
  const { secretKey = DEMO_SECRET_KEY, workspaceKey = DEMO_WORKSPACE_KEY } = options;
  const open = { ...cautious, ...options.open };

  const store = openStore('seatsio', dataDir);
  const ledger = createLedger(store, clock);
  const faults = createFaults(newFaultId);
  const charts = createCharts(store, workspaceKey);
  const events = createEvents(store, clock, charts, workspaceKey);
  const seats = createSeatStates(store);
  const areas = createAreaStates(store);
  const infos = createObjectInfos(seats, areas);
  const releaseHeldBy = createHoldReleases(store, seats, areas, ledger);
  const tokens = createHoldTokens({ store, clock, ledger, workspaceKey, open, releaseHeldBy });
  const changes = createStatusChanges({
    seats,
    areas,
    ledger,
    isAlive: (token) => tokens.isAlive(token),
    open,
  });
  if (!charts.has(CLUB)) charts.create(clubDrawing(), CLUB);

  const app = createApp({ faults });
  answerErrors(app);
  requireSecretKey(app, secretKey, workspaceKey);
  // After the faults of the call: one that was paused beyond an expiry must see its release.
  app.addHook('preHandler', async () => tokens.expireDue());
  addTokenRoutes(app, tokens);
  addStatusRoutes(app, { store, events, infos, changes });
  addEventRoutes(app, events);
  addChartRoutes(app, charts);
  addReportRoutes(app, events, infos);

  return {
    system: 'seatsio',
    faults,
    ledger,
    state: () => {
      tokens.expireDue();
      return { tokens: tokens.all(), ...dump(store) };
    },
    listen: (port) => app.listen({ port, host: '127.0.0.1' }),
    close: async () => {
      await app.close();
      tokens.close();
      store.close();
    },
  };
}

/** Everything that is refused has the vendor's shape; 401 and 403 have an empty body. */
function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof VendorError) return reply.code(error.status).send(errorBody(error));
    if (error instanceof z.ZodError) return reply.code(400).send(general(400, z.prettifyError(error)));
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    return reply.code(status).send(general(status, status < 500 ? String(error) : 'Internal error'));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(general(404, `No such endpoint: ${request.method} ${request.url.split('?')[0]}`)),
  );
}

function general(status: number, message: string): object {
  return errorBody({ status, code: 'GENERAL_ERROR', message });
}

function dump(store: Store): { events: unknown; objects: unknown; places: unknown } {
  const events = store.prepare('SELECT id, key, chart_key FROM events ORDER BY id').all();
  const key = new Map(events.map((event) => [event.id, event.key]));
  return {
    events: events.map((event) => ({ key: event.key, chartKey: event.chart_key })),
    objects: store
      .prepare('SELECT * FROM seats')
      .all()
      .map((row) => ({
        event: key.get(row.event_id ?? null),
        label: row.label,
        status: row.status,
        orderId: row.order_id,
        holdToken: row.hold_token,
      })),
    places: store
      .prepare('SELECT * FROM places')
      .all()
      .map((row) => ({
        event: key.get(row.event_id ?? null),
        label: row.label,
        status: row.status,
        holdToken: row.hold_token,
        ticketType: row.ticket_type,
        quantity: row.quantity,
      })),
  };
}
