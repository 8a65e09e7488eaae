import { createApp } from '../stand-in/app.ts';
import { systemClock } from '../stand-in/clock.ts';
import { createFaults } from '../stand-in/faults.ts';
import { createLedger } from '../stand-in/ledger.ts';
import { newFaultId, type StandIn, type StandInOptions } from '../stand-in/stand-in.ts';
import { openStore } from '../stand-in/store.ts';
import { createAreaStates } from './area-states.ts';
import { requireSecretKey } from './auth.ts';
import { addBestAvailableRoutes } from './best-available-routes.ts';
import { createChangeLog } from './change-log.ts';
import { addChangeLogRoutes } from './change-log-routes.ts';
import { addChannelRoutes } from './channel-routes.ts';
import { addChartRoutes } from './chart-routes.ts';
import { createCharts } from './charts.ts';
import { addClockRoutes } from './clock-routes.ts';
import { addCompanyRoutes } from './company-routes.ts';
import { answerBadUrl, answerErrors, general } from './error-answers.ts';
import { createEventJson } from './event-json.ts';
import { addEventRoutes } from './event-routes.ts';
import { createEvents } from './events.ts';
import { addExtraDataRoutes } from './extra-data-routes.ts';
import { addForSaleRoutes } from './for-sale-routes.ts';
import { createHoldReleases } from './hold-releases.ts';
import { createHoldTokens } from './hold-tokens.ts';
import { createMovableClock } from './movable-clock.ts';
import { createObjectInfos } from './object-infos.ts';
import { answers, type OpenQuestions } from './open-questions.ts';
import { type Ceilings, limitRates } from './rate-lanes.ts';
import { addReportRoutes } from './report-routes.ts';
import { checkSchemaVersion } from './schema-version.ts';
import { createSeasonChanges } from './season-changes.ts';
import { createSeasonOverrides } from './season-overrides.ts';
import { addSeasonRoutes } from './season-routes.ts';
import { createSeasonStates } from './season-states.ts';
import { createSeasons } from './seasons.ts';
import { createSeatStates } from './seat-states.ts';
import { addSettingsRoutes } from './settings-routes.ts';
import { dumpState } from './state-dump.ts';
import { createStatusChanges } from './status-changes.ts';
import { addStatusRoutes } from './status-routes.ts';
import { addTokenRoutes } from './token-routes.ts';
import { VENUES } from './venues.ts';
import { addWorkspaceRoutes } from './workspace-routes.ts';
import { createWorkspaces } from './workspaces.ts';

/** The key of a stand-in that was given none. Not a secret: it opens nothing but a stand-in. */
export const DEMO_SECRET_KEY = 'seatsio-demo-secret';
export const DEMO_WORKSPACE_KEY = 'seatsio-demo-workspace';

export interface SeatsioStandInOptions extends StandInOptions {
  /** The company admin's key, which opens all of the company's workspaces. */
  secretKey?: string;
  workspaceKey?: string;
  /** Answers to what the vendor leaves open; the cautious one for each that is absent. */
  open?: Partial<OpenQuestions>;
  /** How many calls of a company may be under way at once in each lane; 100 and 10 if absent. */
  ceilings?: Partial<Ceilings>;
}

/** The Seats.io stand-in: its API's checkout part, to which the official client talks unchanged. */
export function createSeatsioStandIn(options: SeatsioStandInOptions = {}): StandIn {
  const { secretKey = DEMO_SECRET_KEY, workspaceKey = DEMO_WORKSPACE_KEY } = options;
  const clock = createMovableClock(options.clock ?? systemClock);
  const open = answers(options.open);
  const ceilings = { priority: 100, regular: 10, ...options.ceilings };

  const store = openStore('seatsio', { ...options, groupCommit: true });
  checkSchemaVersion(store);
  const ledger = createLedger(store, clock);
  const faults = createFaults(newFaultId);
  const workspaces = createWorkspaces(store);
  workspaces.createCompany({ adminKey: secretKey, workspaceKey });
  const charts = createCharts(store, { workspaceKey, venues: VENUES });
  const seasons = createSeasons(store);
  const events = createEvents(store, clock, charts, seasons);
  const eventJson = createEventJson(seasons, events.byId);
  const seats = createSeatStates(store);
  const areas = createAreaStates(store);
  const overrides = createSeasonOverrides(store);
  const isInThePast = (id: number) => events.byId(id).settings.isInThePast === true;
  const seasonStates = createSeasonStates({ seats, areas, seasons, overrides, isInThePast });
  const infos = createObjectInfos({ seats, areas, seasons, seasonStates, overrides, open });
  const log = createChangeLog(store, clock, open);
  const releaseHeldBy = createHoldReleases(store, { seats, areas, ledger, log });
  const tokens = createHoldTokens({ store, clock, ledger, open, releaseHeldBy });
  const isAlive = (token: string, workspaceId: number) => tokens.isAlive(token, workspaceId);
  const changes = createStatusChanges({ seats, areas, seasonStates, ledger, log, isAlive, open });
  const seasonChanges = createSeasonChanges({
    ...{ events, seasons, overrides, states: seasonStates, ledger, open },
  });

  const app = createApp({
    faults,
    committed: () => store.committed(),
    frameworkErrors: answerBadUrl,
    wireErrorBody: general,
  });
  answerErrors(app);
  requireSecretKey(app, workspaces);
  limitRates(app, ceilings, open);
  // After the faults of the call: one that was paused beyond an expiry must see its release.
  app.addHook('preHandler', (_request, _reply, done) => {
    tokens.expireDue();
    done();
  });
  addTokenRoutes(app, tokens, workspaces);
  addStatusRoutes(app, { store, events, infos, changes, seasonChanges });
  addBestAvailableRoutes(app, { store, events, infos, changes, states: { seats, seasonStates } });
  addEventRoutes(app, {
    store,
    events,
    seasons,
    json: eventJson,
    forget: ({ id }) => {
      for (const states of [seats, areas, overrides, seasons]) states.forget(id);
    },
  });
  addSeasonRoutes(app, { store, events, seasons, changes: seasonChanges, json: eventJson });
  addChannelRoutes(app, events);
  addForSaleRoutes(app, events, clock);
  addExtraDataRoutes(app, store, events, seats);
  addChangeLogRoutes(app, events, log);
  addChartRoutes(app, charts, events, eventJson);
  addReportRoutes(app, events, infos);
  addWorkspaceRoutes(app, workspaces);
  addCompanyRoutes(app, workspaces);

  return {
    system: 'seatsio',
    faults,
    ledger,
    state: () => {
      tokens.expireDue();
      return dumpState(store, { tokens, seats, areas, seasons, overrides });
    },
    adminRoutes: (admin) => {
      addClockRoutes(admin, clock, () => tokens.onClockMove());
      addSettingsRoutes(admin, open, ceilings);
    },
    listen: (port) => app.listen({ port, host: '127.0.0.1' }),
    close: async () => {
      await app.close();
      tokens.close();
      store.close();
    },
  };
}
