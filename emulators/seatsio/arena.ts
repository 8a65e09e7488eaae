import { categories, EMPTY, PITCH, row, rowLabel, type VenueDrawing } from './venue-drawing.ts';

const SECTIONS_PER_SIDE = 10;
const ROWS = 25;
const SEATS = 18;
const SIDES = ['North', 'East', 'South', 'West'] as const;
const WIDTH = (SEATS + 2) * PITCH;
const DEPTH = ROWS * PITCH;
const LENGTH = SECTIONS_PER_SIDE * WIDTH;
const HEIGHT = SECTIONS_PER_SIDE * DEPTH;
const CENTRE = { x: WIDTH + LENGTH / 2, y: DEPTH + HEIGHT / 2 };

/** Where the sections of each side begin: north and south side by side, east and west one below the other. */
const PLACES: Record<(typeof SIDES)[number], (number: number) => { x: number; y: number }> = {
  North: (number) => ({ x: WIDTH + number * WIDTH, y: 0 }),
  East: (number) => ({ x: WIDTH + LENGTH, y: DEPTH + number * DEPTH }),
  South: (number) => ({ x: WIDTH + number * WIDTH, y: DEPTH + HEIGHT }),
  West: (number) => ({ x: 0, y: DEPTH + number * DEPTH }),
};

/**
 * 20,000 places: ten sections of 450 seats on each of four sides, each side a zone, and a floor of 2,000
 * standing places in the middle. Sections are named by side and number: `North 3-A-1`.
 */
export function arenaDrawing(): VenueDrawing {
  const sections = SIDES.flatMap((side, index) =>
    Array.from({ length: SECTIONS_PER_SIDE }, (_, number) => ({
      label: `${side} ${number + 1}`,
      zone: side.toLowerCase(),
      entrance: `Gate ${index + 1}`,
      categoryKey: number === 0 || number === SECTIONS_PER_SIDE - 1 ? 2 : 1,
      points: [],
      topLeft: PLACES[side](number),
      subChart: {
        ...EMPTY,
        rows: Array.from({ length: ROWS }, (__, rowNumber) =>
          row(rowLabel(rowNumber), { x: PITCH, y: rowNumber * PITCH, seats: SEATS, category: null }),
        ),
      },
    })),
  );
  return {
    name: 'Arena',
    venueType: 'MIXED',
    categories: categories('Middle', 'Corner', 'Standing'),
    zones: { list: SIDES.map((side) => ({ key: side.toLowerCase(), label: side, focalPoint: CENTRE })) },
    subChart: {
      ...EMPTY,
      width: LENGTH + 2 * WIDTH,
      height: HEIGHT + 2 * DEPTH,
      focalPoint: CENTRE,
      sections,
      generalAdmissionAreas: [
        {
          label: 'Arena floor',
          capacity: 2000,
          categoryKey: 3,
          center: CENTRE,
          type: 'rectangle',
          width: 2000,
          height: 1000,
        },
      ],
    },
  };
}
