import type { FastifyError, FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createApp } from '../stand-in/app.ts';
import { systemClock } from '../stand-in/clock.ts';
import { createFaults } from '../stand-in/faults.ts';
import { createLedger } from '../stand-in/ledger.ts';
import { newFaultId, type StandIn, type StandInOptions } from '../stand-in/stand-in.ts';
import { openStore } from '../stand-in/store.ts';
import { sendFailure, TmtFailure } from './envelope.ts';
import { createFunctions } from './functions.ts';
import { createInventory, eventSetup } from './inventory.ts';
import { createLocks } from './locks.ts';
import { createOrders } from './orders.ts';
import { type TmtSettingsInput, tmtSettings } from './settings.ts';

const requestBody = z.object({ data: z.unknown() });

/**
 * TMT's ticket and order functions, as unforgiving as they are documented: `tickets_generate` doubles the
 * inventory when it is called twice, `order_created` records whatever comes, and tickets are sold later.
 *
 * Fault calls have the functions' names. Admin routes: `POST /tmt/events` sets up an event and its zones,
 * `POST /tmt/settings` changes some settings, `POST /tmt/orders/process` runs all pending `order_process`.
 * Effects: `tickets.generated`, `ticket.updated`, `ticket.sold`, `order.created` (its amount in major units).
 */
export function createTmtStandIn(options: StandInOptions & { settings?: TmtSettingsInput } = {}): StandIn {
  const clock = options.clock ?? systemClock;
  let settings = tmtSettings.parse(options.settings ?? {});
  const store = openStore('tmt', options);
  const faults = createFaults(newFaultId);
  const ledger = createLedger(store, clock);
  const inventory = createInventory(store, ledger, clock, () => settings);
  const locks = createLocks(store, inventory, clock);
  const orders = createOrders(store, ledger, clock, inventory, () => settings);
  const functions = createFunctions(inventory, locks, orders, () => settings);

  const app = createApp({ faults });
  app.setErrorHandler((error: FastifyError | TmtFailure, _request, reply) => {
    if (error instanceof TmtFailure) return sendFailure(reply, error, settings.failureHttpStatus);
    const status = error.statusCode ?? 500;
    return reply.code(status).send({ message: 'Error', status, data: { status: `error ${error.message}` } });
  });
  for (const [name, run] of Object.entries(functions)) {
    app.post(`/${name}`, { config: { call: name } }, ({ body }) =>
      run(requestBody.safeParse(body).data?.data),
    );
  }
  // A function that is not deployed is answered by the platform, not by TMT.
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).type('text/html').send('<h1>Page not found</h1>'),
  );

  function adminRoutes(admin: FastifyInstance): void {
    admin.post('/events', ({ body }, reply) => {
      const setup = eventSetup.parse(body);
      inventory.setUpEvent(setup);
      return reply.code(201).send({ eventId: setup.eventId });
    });
    admin.post('/settings', ({ body }) => {
      settings = tmtSettings.parse({ ...settings, ...z.record(z.string(), z.unknown()).parse(body) });
      return settings;
    });
    admin.post('/orders/process', () => ({ orderIds: orders.processAll() }));
  }

  return {
    system: 'tmt',
    faults,
    ledger,
    adminRoutes,
    state: () => ({ settings, tickets: inventory.all(), locks: locks.all(), orders: orders.all() }),
    listen: (port) => {
      orders.resume();
      return app.listen({ port, host: '127.0.0.1' });
    },
    close: async () => {
      orders.stop();
      await app.close();
      store.close();
    },
  };
}
