import type { z } from 'zod';
import type { drawingSchema } from './chart-drawing.ts';

/** The key of the chart that every new stand-in has. */
export const CLUB = 'club';

const ROWS = ['A', 'B', 'C', 'D'];
const SEATS_PER_ROW = 10;
const PITCH = 20;

/** A small venue: rows A to D of ten seats before a standing area of 100 places. */
export function clubDrawing(): z.input<typeof drawingSchema> {
  return {
    name: 'Club',
    venueType: 'MIXED',
    categories: {
      list: [
        { key: 1, label: 'Stalls', color: '#7d5ba6', accessible: false },
        { key: 2, label: 'Standing', color: '#2f8f9d', accessible: false },
      ],
    },
    subChart: {
      width: 400,
      height: 300,
      focalPoint: { x: 200, y: 0 },
      rows: ROWS.map((label, index) => clubRow(label, 140 + index * PITCH)),
      tables: [],
      booths: [],
      sections: [],
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

function clubRow(label: string, y: number) {
  return {
    label,
    displayLabel: null,
    objectType: 'row',
    seats: Array.from({ length: SEATS_PER_ROW }, (_, index) => ({
      label: String(index + 1),
      x: 110 + index * PITCH,
      y,
      categoryKey: 1,
      categoryLabel: 'Stalls',
      accessible: false,
      companionSeat: false,
      restrictedView: false,
      uuid: `${label}-${index + 1}`,
    })),
  };
}
