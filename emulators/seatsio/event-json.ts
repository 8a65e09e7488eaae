import type { SeatsEvent } from './events.ts';
import type { SeasonPlace, Seasons } from './seasons.ts';

export interface EventJson {
  /** An event or season as a list shows it. */
  listed: (event: SeatsEvent) => Record<string, unknown>;
  /** On its own: a season with its events, the one at the top with the keys of its partial seasons too. */
  whole: (event: SeatsEvent) => Record<string, unknown>;
}

/** Events and seasons as the vendor shows them. */
export function createEventJson(seasons: Seasons, byId: (id: number) => SeatsEvent): EventJson {
  const keysOf = (ids: readonly number[]) => ids.map((id) => byId(id).key);
  const listed = (event: SeatsEvent) => {
    const place = seasons.placeOf(event.id);
    return {
      ...eventJson(event, place?.kind),
      ...(place === undefined || place.kind === 'season' ? {} : { topLevelSeasonKey: byId(place.topId).key }),
      ...(place?.kind === 'event' ? { partialSeasonKeysForEvent: keysOf(seasons.partialsOf(event.id)) } : {}),
    };
  };
  const whole = (event: SeatsEvent) => {
    const kind = seasons.placeOf(event.id)?.kind;
    if (kind !== 'season' && kind !== 'partial') return listed(event);
    return {
      ...listed(event),
      ...(kind === 'season' ? { partialSeasonKeys: keysOf(seasons.partialsOf(event.id)) } : {}),
      events: seasons.eventsOf(event.id).map((id) => listed(byId(id))),
    };
  };
  return { listed, whole };
}

function eventJson(event: SeatsEvent, kind: SeasonPlace['kind'] | undefined): Record<string, unknown> {
  const { id, key, chart, name, date, createdOn, updatedOn, settings, rows } = event;
  const { tableBookingConfig, objectCategories, categories = [], channels, forSaleConfig } = settings;
  return {
    id,
    key,
    chartKey: chart.key,
    ...(name === undefined ? {} : { name }),
    ...(date === undefined ? {} : { date }),
    tableBookingConfig,
    supportsBestAvailable: rows.length > 0,
    ...(forSaleConfig === undefined ? {} : { forSaleConfig }),
    ...(channels === undefined ? {} : { channels }),
    ...(objectCategories === undefined ? {} : { objectCategories }),
    categories: [...chart.categories, ...categories].map(({ key: category, label, color, accessible }) => ({
      key: category,
      label,
      color,
      accessible,
    })),
    createdOn: new Date(createdOn).toISOString(),
    ...(updatedOn === undefined ? {} : { updatedOn: new Date(updatedOn).toISOString() }),
    isSeason: kind === 'season' || kind === 'partial',
    isTopLevelSeason: kind === 'season',
    isPartialSeason: kind === 'partial',
    isEventInSeason: kind === 'event',
    ...(kind === 'season' ? { forSalePropagated: settings.forSalePropagated ?? true } : {}),
    isInThePast: settings.isInThePast ?? false,
  };
}
