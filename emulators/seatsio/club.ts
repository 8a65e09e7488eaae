import { categories, EMPTY, row, type VenueDrawing } from './venue-drawing.ts';

/** A small venue: rows A to D of ten seats behind a standing area of 100 places. */
export function clubDrawing(): VenueDrawing {
  return {
    name: 'Club',
    venueType: 'MIXED',
    categories: categories('Stalls', 'Standing'),
    subChart: {
      ...EMPTY,
      width: 400,
      height: 300,
      focalPoint: { x: 200, y: 0 },
      rows: ['A', 'B', 'C', 'D'].map((label, index) =>
        row(label, { x: 110, y: 140 + index * 20, seats: 10, category: 1 }),
      ),
      generalAdmissionAreas: [
        {
          label: 'Floor',
          capacity: 100,
          categoryKey: 2,
          categoryLabel: 'Standing',
          bookAsAWhole: false,
          center: { x: 200, y: 70 },
          type: 'rectangle',
          width: 240,
          height: 80,
        },
      ],
    },
  };
}
