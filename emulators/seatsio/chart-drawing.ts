import { z } from 'zod';

/** More places than any venue has; sums of a chart's areas stay numbers that are exact. */
const LARGEST_AREA = 1_000_000;

/**
 * The vendor's drawing JSON, as far as the stand-in reads it. What is not named here is ignored, and kept for
 * reading the drawing back.
 */
const key = z.union([z.string(), z.number()]);
const keyText = key.transform(String);
const point = z.looseObject({ x: z.number(), y: z.number() });
const category = z.looseObject({
  key,
  label: z.string(),
  color: z.string().nullish(),
  accessible: z.boolean().nullish(),
});
const categorised = { categoryKey: keyText.nullish(), categoryLabel: z.string().nullish() };
const seat = z.looseObject({
  ...categorised,
  label: z.string(),
  x: z.number().optional(),
  y: z.number().optional(),
  accessible: z.boolean().optional(),
  companionSeat: z.boolean().optional(),
  restrictedView: z.boolean().optional(),
});
const row = z.looseObject({ label: z.string(), seats: z.array(seat) });
const table = z.looseObject({
  label: z.string(),
  center: point.optional(),
  seats: z.array(seat),
  bookAsAWhole: z.boolean().optional(),
});
const area = z.looseObject({
  ...categorised,
  label: z.string(),
  center: point.optional(),
  capacity: z.number().int().min(0).max(LARGEST_AREA),
  bookAsAWhole: z.boolean().optional(),
  variableOccupancy: z.boolean().optional(),
  minOccupancy: z.number().int().nullish(),
  maxOccupancy: z.number().int().nullish(),
});
const booth = z.looseObject({ ...categorised, label: z.string(), center: point.optional() });
const content = {
  rows: z.array(row).default([]),
  tables: z.array(table).default([]),
  generalAdmissionAreas: z.array(area).default([]),
  booths: z.array(booth).default([]),
};
const contentSchema = z.looseObject(content);
const section = z.looseObject({
  ...categorised,
  label: z.string(),
  zone: z.string().nullish(),
  entrance: z.string().nullish(),
  topLeft: point.nullish(),
  subChart: contentSchema,
});
const subChart = z.looseObject({
  ...content,
  focalPoint: point.nullish(),
  sections: z.array(section).default([]),
});
const floor = subChart.extend({ floorName: z.string(), floorDisplayName: z.string().nullish() });
const zone = z.looseObject({ key: z.string(), label: z.string(), focalPoint: point.nullish() });

export const drawingSchema = z.looseObject({
  name: z.string(),
  venueType: z.string().optional(),
  categories: z.looseObject({ list: z.array(category) }),
  zones: z.looseObject({ list: z.array(zone) }).nullish(),
  subChart: subChart.nullish(),
  subChartFloors: z.array(floor).nullish(),
});

export type Drawing = z.output<typeof drawingSchema>;
export type DrawnCategory = z.output<typeof category>;
export type DrawnContent = z.output<typeof contentSchema>;
export type DrawnSection = z.output<typeof section>;
export type DrawnSubChart = z.output<typeof subChart>;
export type DrawnFloor = z.output<typeof floor>;
export type DrawnSeat = z.output<typeof seat>;
export type DrawnTable = z.output<typeof table>;
export interface Point {
  x: number;
  y: number;
}
