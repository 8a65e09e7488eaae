import { type ChartObject, isCounted } from './chart-objects.ts';
import type { ForSaleConfig } from './event-settings.ts';
import { ownMember } from './own-member.ts';

/** Which objects of an event may be sold, and how many places of an area may not. */
export interface ForSale {
  /** Of an area whose places are sold one by one: whether any may be. */
  allows(object: ChartObject): boolean;
  /** Of an area. */
  placesNotForSale(area: ChartObject): number;
}

/** Everything is for sale unless a config says otherwise. Categories are named by label or key. */
export function forSaleOf(config: ForSaleConfig | undefined): ForSale {
  if (config === undefined) return { allows: ({ capacity }) => capacity !== 0, placesNotForSale: () => 0 };
  const { forSale, areaPlaces } = config;
  const objects = new Set(config.objects);
  const categories = new Set(config.categories);
  const isNamed = ({ label, categoryKey, categoryLabel }: ChartObject) =>
    objects.has(label) || categories.has(categoryLabel) || categories.has(categoryKey);
  const placesNotForSale = (area: ChartObject) => {
    const { capacity = 0 } = area;
    if (isNamed(area)) return forSale ? 0 : capacity;
    const named = Math.min(ownMember(areaPlaces, area.label) ?? 0, capacity);
    return forSale ? capacity - named : named;
  };
  return {
    allows: (object) =>
      isCounted(object) ? placesNotForSale(object) < (object.capacity ?? 0) : isNamed(object) === forSale,
    placesNotForSale,
  };
}

/** What is for sale in an event and, as it is at the time of asking, in its season. */
export function bothForSale(own: ForSale, season: () => ForSale | undefined): ForSale {
  return {
    allows: (object) => own.allows(object) && season()?.allows(object) !== false,
    placesNotForSale: (area) => Math.max(own.placesNotForSale(area), season()?.placesNotForSale(area) ?? 0),
  };
}

export interface ObjectAndQuantity {
  object: string;
  quantity?: number | undefined;
}

/**
 * The config after objects were put on sale and others taken off it. A whole config says which are named, so
 * being put on sale means to be named or to be named no more.
 *
 * @param placesOf of an area whose places are sold one by one; anything else is named as a whole
 */
export function editForSale(
  config: ForSaleConfig = { forSale: false, objects: [], areaPlaces: {}, categories: [] },
  forSale: readonly ObjectAndQuantity[],
  notForSale: readonly ObjectAndQuantity[],
  placesOf: (label: string) => number | undefined,
): ForSaleConfig {
  const [name, unname] = config.forSale ? [forSale, notForSale] : [notForSale, forSale];
  const objects = new Set(config.objects);
  const areaPlaces = new Map(Object.entries(config.areaPlaces));
  for (const { object, quantity } of unname) {
    const places = placesOf(object) ?? 0;
    const named = objects.delete(object) ? places : Math.min(areaPlaces.get(object) ?? 0, places);
    const left = quantity === undefined ? 0 : named - quantity;
    if (left > 0) areaPlaces.set(object, left);
    else areaPlaces.delete(object);
  }
  for (const { object, quantity } of name) {
    const places = placesOf(object);
    if (quantity === undefined || places === undefined) {
      objects.add(object);
      areaPlaces.delete(object);
    } else if (!objects.has(object)) {
      areaPlaces.set(object, Math.min((areaPlaces.get(object) ?? 0) + quantity, places));
    }
  }
  return { ...config, objects: [...objects], areaPlaces: Object.fromEntries(areaPlaces) };
}
