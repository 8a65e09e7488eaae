import type { z } from 'zod';
import type { drawingSchema } from './chart-drawing.ts';

/** The parts of which the shipped venues are drawn. */

export type VenueDrawing = z.input<typeof drawingSchema>;

/** Between seats, and between rows, in the drawing's units. */
export const PITCH = 20;

const COLOURS = ['#7d5ba6', '#2f8f9d', '#c8553d', '#588b8b', '#f28f3b'];

/** Categories with the keys 1, 2, … */
export function categories(...labels: string[]): VenueDrawing['categories'] {
  return {
    list: labels.map((label, index) => ({
      key: index + 1,
      label,
      color: COLOURS[index % COLOURS.length] ?? '#888888',
      accessible: false,
    })),
  };
}

/** A row of seats from `x` on; those that are named are accessible. */
export function row(
  label: string,
  { x, y, seats, category, accessible = [] }: RowShape,
): { label: string; displayLabel: null; objectType: 'row'; seats: { label: string }[] } {
  return {
    label,
    displayLabel: null,
    objectType: 'row',
    seats: Array.from({ length: seats }, (_, index) => ({
      label: String(index + 1),
      x: x + index * PITCH,
      y,
      categoryKey: category,
      accessible: accessible.includes(index + 1),
      companionSeat: false,
      restrictedView: false,
      uuid: `${label}-${index + 1}`,
    })),
  };
}

interface RowShape {
  x: number;
  y: number;
  seats: number;
  /** Key of the category; null = the section's. */
  category: number | null;
  accessible?: readonly number[];
}

/** A, B, … Z, AA, AB … */
export function rowLabel(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : rowLabel(Math.floor(index / 26) - 1) + letter;
}

export const EMPTY = { rows: [], tables: [], booths: [], sections: [], generalAdmissionAreas: [] };
