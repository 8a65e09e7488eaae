import { CreateEventParams, Region, SeatsioClient } from 'seatsio';
import { afterEach, beforeEach } from 'vitest';
import {
  createSeatsioStandIn,
  DEMO_SECRET_KEY,
  type SeatsioStandInOptions,
} from '../../emulators/seatsio/stand-in.ts';
import { createAdmin } from '../../emulators/stand-in/admin.ts';
import type { StandIn } from '../../emulators/stand-in/stand-in.ts';

/** The event that every test begins with, in the club: rows A to D of ten seats, the Floor of 100 places. */
export const EVENT = 'evening';
export const FLOOR = (quantity: number) => ({ objectId: 'Floor', quantity });
/** What a refused call is rejected with. */
export const refusal = (code = 'ILLEGAL_STATUS_CHANGE') => ({ status: 400, errors: [{ code }] });
export const notFound = (code: string) => ({ status: 404, errors: [{ code }] });

export interface SeatsioTest {
  readonly standIn: StandIn;
  readonly url: string;
  /** The vendor's own client. */
  readonly client: SeatsioClient;
  /** One object of the event. */
  seat(label: string): ReturnType<SeatsioClient['events']['retrieveObjectInfo']>;
  newToken(minutes?: number): Promise<string>;
  /** What really happened, oldest first. */
  effects(): string[];
  /** Moves the stand-in's clock through the admin API. */
  advance(ms: number): Promise<void>;
  /** Answers open questions in another way through the admin API. */
  set(settings: object): Promise<void>;
  /** A call that the client would not make, with its key. */
  raw(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Response>;
  /** Uploads a drawing as the vendor's own tests do. */
  upload(chartKey: string, drawing: object): Promise<void>;
}

/** A fresh stand-in with one event for every test of the file; it ends with the test. */
export function useSeatsio(options: SeatsioStandInOptions = {}): SeatsioTest {
  let running: { standIn: StandIn; url: string; client: SeatsioClient } | undefined;
  const current = () => {
    if (running === undefined) throw new Error('no stand-in outside of a test');
    return running;
  };

  beforeEach(async () => {
    const standIn = createSeatsioStandIn(options);
    const url = await standIn.listen(0);
    const client = new SeatsioClient(new Region(url), DEMO_SECRET_KEY);
    running = { standIn, url, client };
    await client.events.create('club', new CreateEventParams().withKey(EVENT));
  });
  afterEach(() => current().standIn.close());

  const raw: SeatsioTest['raw'] = (method, path, body, headers = {}) =>
    fetch(`${current().url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${btoa(`${DEMO_SECRET_KEY}:`)}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: body ?? null,
    });

  const administer = async (url: string, payload: object) => {
    const admin = createAdmin([current().standIn]);
    const { statusCode, body } = await admin.inject({ method: 'POST', url, payload });
    await admin.close();
    if (statusCode !== 200) throw new Error(`${url} was answered with ${body}`);
  };

  return {
    get standIn() {
      return current().standIn;
    },
    get url() {
      return current().url;
    },
    get client() {
      return current().client;
    },
    seat: (label) => current().client.events.retrieveObjectInfo(EVENT, label),
    newToken: async (minutes) => (await current().client.holdTokens.create(minutes)).holdToken,
    effects: () =>
      current()
        .standIn.ledger.entries()
        .map(({ effect }) => effect),
    advance: (ms) => administer('/seatsio/clock', { advanceMs: ms }),
    set: (settings) => administer('/seatsio/settings', settings),
    raw,
    upload: async (chartKey, drawing) => {
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const { status } = await raw(
        'POST',
        `/system/public/charts/${chartKey}`,
        JSON.stringify(drawing),
        form,
      );
      if (status !== 201) throw new Error(`the drawing was answered with ${status}`);
    },
  };
}
