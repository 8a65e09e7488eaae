import { z } from 'zod';

const key = z.union([z.string(), z.number()]);
/** Of an event, a season, a channel, a chart: callers put it into paths. */
export const givenKey = z.string().min(1).max(1000);
const areaPlaces = z.record(z.string(), z.number().int().min(0));

const tableBookingConfig = z
  .object({
    mode: z.enum(['INHERIT', 'ALL_BY_TABLE', 'ALL_BY_SEAT', 'CUSTOM']),
    tables: z.record(z.string(), z.enum(['BY_TABLE', 'BY_SEAT'])).optional(),
  })
  .refine(({ mode, tables }) => mode !== 'CUSTOM' || tables !== undefined, {
    error: 'required key [tables] not found',
  });

/** A channel as callers give it. */
export const newChannel = z.object({
  key: givenKey,
  name: z.string(),
  color: z.string().nullish(),
  index: z.number().int().nullish(),
  objects: z.array(z.string()).nullish(),
  areaPlaces: areaPlaces.nullish(),
});

/** What is for sale: everything but the named (`forSale: false`), or nothing but the named. */
export const forSaleConfig = z.object({
  forSale: z.boolean(),
  objects: z
    .array(z.string())
    .nullish()
    .transform((objects) => objects ?? []),
  areaPlaces: areaPlaces.nullish().transform((places) => places ?? {}),
  categories: z
    .array(z.string())
    .nullish()
    .transform((categories) => categories ?? []),
});

const changeable = {
  eventKey: givenKey.optional(),
  name: z.string().nullish(),
  date: z.iso.date().nullish(),
  tableBookingConfig: tableBookingConfig.optional(),
  objectCategories: z.record(z.string(), key).nullish(),
  categories: z
    .array(
      z.object({
        key,
        label: z.string(),
        color: z.string().nullish(),
        accessible: z.boolean().nullish(),
      }),
    )
    .nullish(),
};

const described = z.object({
  ...changeable,
  channels: z.array(newChannel).nullish(),
  forSaleConfig: forSaleConfig.nullish(),
});

/** Which events to make in a season. */
export const eventsOfSeason = {
  numberOfEvents: z.number().int().min(1).max(100).nullish(),
  eventKeys: z.array(givenKey).max(100).nullish(),
};

/** Bodies of `POST /events`, of `create-multiple` and of an update. */
export const newEvent = described.extend({ chartKey: z.string() });
export const newEvents = z.object({ chartKey: z.string(), events: z.array(described).min(1).max(100) });
export const changedEvent = z.object({
  ...changeable,
  isInThePast: z.boolean().optional(),
  forSalePropagated: z.boolean().optional(),
});

/** Body of `POST /seasons`: a season, and either the keys or the number of the events to be made in it. */
export const newSeason = newEvent.omit({ eventKey: true, date: true }).extend({
  key: givenKey.optional(),
  forSalePropagated: z.boolean().nullish(),
  ...eventsOfSeason,
});

export type NewEvent = z.output<typeof newEvent> & { forSalePropagated?: boolean | undefined };
export type ChangedEvent = z.output<typeof changedEvent>;
export type ForSaleConfig = z.output<typeof forSaleConfig>;
export type TableBookingConfig = z.output<typeof tableBookingConfig>;
export type NewChannel = z.output<typeof newChannel>;

export interface Channel {
  id: string;
  key: string;
  name: string;
  color?: string;
  index?: number;
  objects: string[];
  areaPlaces: Record<string, number>;
}

/** How an event differs from its chart: kept as one JSON text. */
export interface EventSettings {
  tableBookingConfig: TableBookingConfig;
  objectCategories?: Record<string, string | number>;
  categories?: NonNullable<ChangedEvent['categories']>;
  channels?: Channel[];
  forSaleConfig?: ForSaleConfig | undefined;
  isInThePast?: boolean;
  /** Of a season: what it does not sell is not for sale in its events. Absent: yes. */
  forSalePropagated?: boolean;
}
