import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Store } from '../stand-in/store.ts';
import { chooseBestAvailable } from './best-available.ts';
import type { Events } from './events.ts';
import type { ObjectInfos } from './object-infos.ts';
import type { SeasonStates } from './season-states.ts';
import type { SeatStates } from './seat-states.ts';
import type { StatusChanges } from './status-changes.ts';
import { bestAvailableRequest, type RequestedObject, statusChange } from './status-request.ts';
import { BOOKED, HELD } from './statuses.ts';

const params = z.object({ event: z.string() });
const CALLS = ['holdBestAvailable', 'bookBestAvailable', 'changeBestAvailable'] as const;

export interface BestAvailableRoutesOptions {
  store: Store;
  events: Events;
  infos: ObjectInfos;
  changes: StatusChanges;
  states: { seats: SeatStates; seasonStates: SeasonStates };
}

/** The call in which the server chooses the objects. Each call chooses anew: it is never the same seats twice. */
export function addBestAvailableRoutes(app: FastifyInstance, options: BestAvailableRoutesOptions): void {
  const { store, events, infos, changes, states } = options;
  app.post(
    '/events/:event/actions/change-object-status',
    { config: { lane: 'priority', call: { names: CALLS, of: nameOf } } },
    (request) => {
      const { bestAvailable, ...details } = bestAvailableRequest.parse(request.body);
      const event = events.get(request.workspace, params.parse(request.params).event);
      return store.transaction(() => {
        const access = statusChange({ ...details, objects: [] }, request.ip);
        const { labels, ...how } = chooseBestAvailable(event, bestAvailable, access, states);
        const objects = labels.map((objectId, index) => ({
          objectId,
          quantity: 1,
          ticketType: bestAvailable.ticketTypes?.[index],
          extraData: bestAvailable.extraData?.[index],
        }));
        changes.apply(event, { ...access, objects: together(objects) });
        return { objects: labels, objectDetails: infos.read(event, [...new Set(labels)]), ...how };
      });
    },
  );
}

/** Places of one area that are taken alike are one change of its counters, however many they are. */
function together(objects: readonly RequestedObject[]): RequestedObject[] {
  const changed: RequestedObject[] = [];
  for (const object of objects) {
    const last = changed.at(-1);
    const isAlike =
      last?.objectId === object.objectId &&
      last.ticketType === object.ticketType &&
      last.extraData === object.extraData;
    if (isAlike) last.quantity += object.quantity;
    else changed.push({ ...object });
  }
  return changed;
}

const wanted = z.object({ status: z.string().optional() });

/** The name of the call in fault scripts. */
function nameOf({ body }: FastifyRequest): (typeof CALLS)[number] {
  const status = wanted.safeParse(body).data?.status;
  if (status === HELD) return 'holdBestAvailable';
  return status === BOOKED ? 'bookBestAvailable' : 'changeBestAvailable';
}
