import { type AreaStates, NO_TICKET_TYPE, type Places } from './area-states.ts';
import type { SeasonOverrides } from './season-overrides.ts';
import { ANY_SEASON } from './season-overrides.ts';
import type { Seasons } from './seasons.ts';
import type { SeatStates } from './seat-states.ts';
import { BOOKED, FREE, RESALE } from './statuses.ts';

/**
 * What a season makes of the objects of its events. Each event, season and partial season keeps only its own
 * states; what is taken in one of them is not to be had in those that share an event with it:
 *
 *     season ── partial season ── event
 *
 * An event follows the season and its partial seasons unless that is overridden; a season follows its events that
 * are not in the past, and its partial seasons.
 */
export interface SeasonStates {
  /** The status that a seat has from elsewhere in its season; undefined: it is to be had there. */
  takenElsewhere(eventId: number, label: string): string | undefined;
  /** How many have taken a seat: the event and what is elsewhere in its season. */
  takers(eventId: number, label: string): number;
  /** The places of an area that are not free, those from elsewhere as booked ones of a channel that no call has. */
  places(eventId: number, label: string): readonly Places[];
  /** Places of an area that an event and all its seasons want, which may be more than it has. */
  used(eventId: number, label: string): number;
}

/** The channel of places that are taken elsewhere: no caller can name it, for keys of channels have no NUL. */
export const ELSEWHERE = '\u0000season';

export interface SeasonStatesOptions {
  seats: SeatStates;
  areas: AreaStates;
  seasons: Seasons;
  overrides: SeasonOverrides;
  /** Events in the past keep their bookings to themselves. */
  isInThePast: (eventId: number) => boolean;
}

export function createSeasonStates(options: SeasonStatesOptions): SeasonStates {
  const { seats, areas, seasons, overrides, isInThePast } = options;

  const upcoming = (seasonId: number) => seasons.eventsOf(seasonId).filter((id) => !isInThePast(id));
  /** Whose states reach an event or season, and for which event that can be overridden. */
  function* sourcesOf(id: number): Generator<{ id: number; event?: number }> {
    const place = seasons.placeOf(id);
    if (place?.kind === 'event') {
      for (const season of [place.topId, ...seasons.partialsOf(id)]) yield { id: season, event: id };
    } else if (place !== undefined) {
      if (place.kind === 'partial') yield { id: place.topId };
      else for (const partial of seasons.partialsOf(id)) yield { id: partial };
      for (const event of upcoming(id)) {
        yield { id: event };
        if (place.kind === 'season') continue;
        for (const partial of seasons.partialsOf(event)) if (partial !== id) yield { id: partial, event };
      }
    }
  }
  const isOverridden = (eventId: number, label: string, seasonId: number) =>
    [ANY_SEASON, seasonId].some((season) => overrides.get(eventId, label, season) > 0);

  /** The statuses of those elsewhere in the season that have taken a seat. */
  function* takenStatuses(eventId: number, label: string): Generator<string, undefined> {
    for (const { id, event } of sourcesOf(eventId)) {
      const { status } = seats.get(id, label);
      if (status === FREE || status === RESALE) continue;
      if (event === undefined || !isOverridden(event, label, id)) yield status;
    }
  }

  const own = (id: number, label: string) =>
    areas.get(id, label).reduce((sum, { quantity }) => sum + quantity, 0);
  const used = (eventId: number, label: string) => {
    const place = seasons.placeOf(eventId);
    const above = place === undefined ? [] : [place.topId, ...seasons.partialsOf(eventId)];
    const followed = above.map((season) =>
      Math.max(0, own(season, label) - overrides.get(eventId, label, season)),
    );
    const fromSeasons = followed.reduce((sum, places) => sum + places, 0);
    return own(eventId, label) + Math.max(0, fromSeasons - overrides.get(eventId, label, ANY_SEASON));
  };
  /** A season has as many places as there are left in the event with the fewest. */
  const takenPlaces = (id: number, label: string): number => {
    const place = seasons.placeOf(id);
    if (place === undefined) return 0;
    const mine = own(id, label);
    if (place.kind === 'event') return used(id, label) - mine;
    const others = place.kind === 'season' ? seasons.partialsOf(id) : [place.topId];
    const sums = others.map((other) => mine + own(other, label));
    return Math.max(mine, ...sums, ...upcoming(id).map((event) => used(event, label))) - mine;
  };

  return {
    takenElsewhere: (eventId, label) =>
      seasons.placeOf(eventId) === undefined ? undefined : takenStatuses(eventId, label).next().value,
    takers: (eventId, label) =>
      (seats.get(eventId, label).status === FREE ? 0 : 1) + [...takenStatuses(eventId, label)].length,
    places: (eventId, label) => {
      const mine = areas.get(eventId, label);
      const quantity = takenPlaces(eventId, label);
      if (quantity === 0) return mine;
      const elsewhere = { status: BOOKED, holdToken: '', ticketType: NO_TICKET_TYPE, channel: ELSEWHERE };
      return [...mine, { ...elsewhere, quantity }];
    },
    used,
  };
}
