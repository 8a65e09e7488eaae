/** Drawings in the vendor's JSON, small enough to see what a test expects of them. */

const categories = {
  list: [
    { key: 9, label: 'Cat1', color: '#87a9cd', accessible: false },
    { key: 10, label: 'Cat2', color: '#5e42ed', accessible: false },
    { key: 'string11', label: 'Cat3', color: '#5e42bb', accessible: false },
  ],
};
const seat = (label: string, x: number, y: number, more: object = {}) => ({ label, x, y, ...more });
export const row = (
  label: string,
  y: number,
  seats: number,
  more: (seat: number) => object = () => ({}),
) => ({
  label,
  displayLabel: null,
  objectType: 'row',
  seats: Array.from({ length: seats }, (_, index) =>
    seat(String(index + 1), 151.94 + index * 20, y, { categoryKey: 9, ...more(index + 1) }),
  ),
});
export const area = (label: string, more: object = {}) => ({
  label,
  capacity: 100,
  categoryKey: 9,
  center: { x: 53.22, y: 139.45 },
  type: 'circle',
  ...more,
});
const subChart = (content: object) => ({
  rows: [],
  tables: [],
  booths: [],
  sections: [],
  generalAdmissionAreas: [],
  focalPoint: { x: 225, y: 33.23 },
  ...content,
});

/** Four rows of eight (A and B in Cat1, C and D in Cat2, A-7 accessible) and two areas of 100. */
export const rows = {
  name: 'Rows',
  venueType: 'ROWS_WITHOUT_SECTIONS',
  categories,
  subChart: subChart({
    rows: [
      row('A', 99.56, 8, (number) => ({ accessible: number === 7 })),
      row('B', 123.56, 8),
      row('C', 147.56, 8, () => ({ categoryKey: 10 })),
      row('D', 171.56, 8, () => ({ categoryKey: null, categoryLabel: 'Cat2' })),
    ],
    generalAdmissionAreas: [area('GA1'), area('GA2', { categoryKey: 10 })],
  }),
};

/** Two tables of six: T1 is sold by seat, T2 whole; a booth, and areas for one party each. */
export const tables = {
  name: 'Tables',
  categories,
  subChart: subChart({
    tables: ['T1', 'T2'].map((label) => ({
      label,
      center: { x: 100, y: 100 },
      bookAsAWhole: label === 'T2',
      openSpaces: 0,
      seats: Array.from({ length: 6 }, (_, index) => seat(String(index + 1), 100, 100, { categoryKey: 9 })),
    })),
    booths: [{ label: 'Booth 1', center: { x: 10, y: 10 }, categoryKey: 'string11' }],
    generalAdmissionAreas: [
      area('Lounge', { bookAsAWhole: true, capacity: 8 }),
      area('Loge', {
        bookAsAWhole: true,
        variableOccupancy: true,
        minOccupancy: 2,
        maxOccupancy: 4,
        capacity: 4,
      }),
    ],
  }),
};

const section = (label: string, zone: string, x: number) => ({
  label,
  zone,
  entrance: `Door ${label}`,
  categoryKey: 9,
  categoryLabel: 'Cat1',
  topLeft: { x, y: 100 },
  points: [],
  subChart: subChart({
    focalPoint: null,
    rows: [
      {
        label: 'A',
        seats: [0, 1, 2, 3].map((index) => seat(String(index + 1), index * 20, 0, { categoryKey: null })),
      },
      {
        label: 'B',
        seats: [0, 1, 2, 3].map((index) => seat(String(index + 1), index * 20, 20, { categoryKey: 10 })),
      },
    ],
    generalAdmissionAreas: [area('Pit', { capacity: 5, center: { x: 30, y: 60 } })],
  }),
});

/** Two sections, each in a zone with a focal point of its own, on two floors. */
export const sections = {
  name: 'Sections',
  venueType: 'MIXED',
  categories,
  zones: {
    list: [
      { key: 'left', label: 'Left side', focalPoint: { x: 0, y: 0 } },
      { key: 'right', label: 'Right side', focalPoint: { x: 1060, y: 0 } },
    ],
  },
  subChartFloors: [
    {
      floorName: '1',
      floorDisplayName: 'Ground',
      ...subChart({ sections: [section('Section A', 'left', 0)] }),
    },
    { floorName: '2', ...subChart({ sections: [section('Section B', 'right', 1000)] }) },
  ],
};
