import { categories, EMPTY, PITCH, row, rowLabel, type VenueDrawing } from './venue-drawing.ts';

const SEATS = 24;

/**
 * 600 seats: the stalls of 15 rows and a balcony of 10, 24 seats each. The outer seats of the last row of the
 * stalls are accessible.
 */
export function theatreDrawing(): VenueDrawing {
  const rows = (first: number, count: number, y: number, category: number) =>
    Array.from({ length: count }, (_, index) =>
      row(rowLabel(first + index), {
        x: 100,
        y: y + index * PITCH,
        seats: SEATS,
        category,
        accessible: category === 1 && index === count - 1 ? [1, 2, SEATS - 1, SEATS] : [],
      }),
    );
  return {
    name: 'Theatre',
    venueType: 'ROWS_WITHOUT_SECTIONS',
    categories: categories('Stalls', 'Balcony'),
    subChart: {
      ...EMPTY,
      width: 700,
      height: 700,
      focalPoint: { x: 330, y: 20 },
      rows: [...rows(0, 15, 100, 1), ...rows(15, 10, 460, 2)],
    },
  };
}
