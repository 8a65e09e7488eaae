import type { Ledger } from '../stand-in/ledger.ts';
import { isCounted } from './chart-objects.ts';
import type { Events, SeatsEvent } from './events.ts';
import type { OpenQuestions } from './open-questions.ts';
import { ANY_SEASON, type SeasonOverrides } from './season-overrides.ts';
import type { SeasonStates } from './season-states.ts';
import type { Seasons } from './seasons.ts';
import { refused } from './seat-rules.ts';
import type { RequestedObject } from './status-request.ts';
import { invalid, notFound, VendorError } from './vendor-error.ts';
import type { Workspace } from './workspaces.ts';

/** For which objects an event does or does not follow its season, or one of its seasons. */
export interface SeasonStatusChange {
  type: 'OVERRIDE_SEASON_STATUS' | 'USE_SEASON_STATUS';
  objects: readonly RequestedObject[];
  /** The key of a season or partial season; absent: all of the event's. */
  season?: string | undefined;
}

export interface SeasonChanges {
  /** Inside a transaction; a refusal throws. */
  apply(workspace: Workspace, event: SeatsEvent, change: SeasonStatusChange): void;
  /** An event leaves a partial season, inside a transaction. */
  leave(partial: SeatsEvent, eventId: number): void;
  /** A season or partial season. Throws SEASON_NOT_FOUND. */
  season(workspace: Workspace, key: string): SeatsEvent;
}

export interface SeasonChangesOptions {
  events: Events;
  seasons: Seasons;
  overrides: SeasonOverrides;
  states: SeasonStates;
  ledger: Ledger;
  open: OpenQuestions;
}

export function createSeasonChanges(options: SeasonChangesOptions): SeasonChanges {
  const { events, seasons, overrides, states, ledger, open } = options;

  const season = (workspace: Workspace, key: string): SeatsEvent => {
    try {
      const found = events.get(workspace, key);
      const kind = seasons.placeOf(found.id)?.kind;
      if (kind === 'season' || kind === 'partial') return found;
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
    }
    throw notFound('Season', key, workspace.key);
  };
  const seasonIdOf = (workspace: Workspace, event: SeatsEvent, key: string | undefined): number => {
    const place = seasons.placeOf(event.id);
    if (place?.kind !== 'event') throw invalid(`Event ${event.key} is not in a season`);
    if (key === undefined) return ANY_SEASON;
    const { id } = season(workspace, key);
    if (id === place.topId || seasons.partialsOf(event.id).includes(id)) return id;
    throw invalid(`Event ${event.key} is not in season ${key}`);
  };
  /** To follow the season again takes nothing from whoever has booked the object in the event. */
  const checkRoom = (event: SeatsEvent, label: string, capacity: number | undefined) => {
    if (open.useTakenSeasonStatus === 'accept') return;
    const isTaken =
      capacity === undefined ? states.takers(event.id, label) > 1 : states.used(event.id, label) > capacity;
    if (isTaken) throw refused(label, 'is taken in the event');
  };

  return {
    season,
    leave: (partial, eventId) => {
      seasons.leave(partial.id, eventId);
      overrides.leave(eventId, partial.id);
    },
    apply: (workspace, event, { type, objects, season: key }) => {
      const seasonId = seasonIdOf(workspace, event, key);
      const isOverride = type === 'OVERRIDE_SEASON_STATUS';
      for (const { objectId: label, quantity } of objects) {
        const object = event.objects.get(label);
        if (object === undefined) throw invalid(`Object not found: ${label}`);
        const counted = isCounted(object);
        if (object.capacity === undefined && quantity > 1) throw refused(label, 'is one place only');
        const before = overrides.get(event.id, label, seasonId);
        if (!isOverride && counted && quantity > before) {
          throw refused(label, `has ${before} places that do not follow the season`);
        }
        const after = before + (isOverride ? quantity : -quantity);
        if (counted && after > (object.capacity ?? 0)) throw refused(label, `has ${object.capacity} places`);
        overrides.set(event.id, label, seasonId, counted ? after : isOverride ? 1 : 0);
        if (!isOverride) checkRoom(event, label, counted ? object.capacity : undefined);
        ledger.append(isOverride ? 'seasonStatusOverridden' : 'seasonStatusUsed', {
          event: event.key,
          label,
          quantity,
          ...(key === undefined ? {} : { season: key }),
          origin: 'API_CALL',
        });
      }
    },
  };
}
