import { z } from 'zod';

/**
 * The vendor's drawing JSON, as far as the stand-in reads it. What is not named here is ignored, and kept for
 * reading the drawing back.
 */
const key = z.union([z.string(), z.number()]).transform(String);
const category = z.looseObject({
  key,
  label: z.string(),
  color: z.string().optional(),
  accessible: z.boolean().optional(),
});
const categorised = { categoryKey: key.nullish(), categoryLabel: z.string().nullish() };
const seat = z.looseObject({
  ...categorised,
  label: z.string(),
  accessible: z.boolean().optional(),
  companionSeat: z.boolean().optional(),
  restrictedView: z.boolean().optional(),
});
const row = z.looseObject({ label: z.string(), seats: z.array(seat) });
const table = z.looseObject({
  label: z.string(),
  seats: z.array(seat),
  bookAsAWhole: z.boolean().optional(),
});
const area = z.looseObject({ ...categorised, label: z.string(), capacity: z.number().int().min(0) });
const booth = z.looseObject({ ...categorised, label: z.string() });
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
  subChart: contentSchema,
});
const subChart = z.looseObject({ ...content, sections: z.array(section).default([]) });
const floor = subChart.extend({ floorName: z.string(), floorDisplayName: z.string().nullish() });

export const drawingSchema = z.looseObject({
  name: z.string(),
  venueType: z.string().optional(),
  categories: z.looseObject({ list: z.array(category) }),
  subChart: subChart.optional(),
  subChartFloors: z.array(floor).optional(),
});

export type Drawing = z.output<typeof drawingSchema>;
export type DrawnCategory = z.output<typeof category>;
export type DrawnContent = z.output<typeof contentSchema>;
export type DrawnSection = z.output<typeof section>;
export type DrawnSeat = z.output<typeof seat>;
