import { expect, test } from 'vitest';
import type { SeatInCategory } from '../src/workflows/messages.ts';
import {
  type Allotments,
  allot,
  giveBack,
  type InventoryZone,
  isZoneOf,
} from '../src/workflows/ticket-inventory.ts';

const zones: InventoryZone[] = [
  { zone: 'Stalls', zoneId: 'VIP', tickets: [1, 2, 3].map((n) => [`Ev-VIP${n}`, true]) },
  { zone: 'Standing', zoneId: 'GEN', tickets: [1, 2, 3].map((n) => [`Ev-GEN${n}`, true]) },
];
const sell = (inventory: InventoryZone[], isSold: (ticketId: string) => boolean): InventoryZone[] =>
  inventory.map((zone) => ({
    ...zone,
    tickets: zone.tickets.map(([id, free]) => [id, free && !isSold(id)]),
  }));
const seat = (label: string): SeatInCategory => ({
  seat: { label },
  categoryKey: '1',
  categoryLabel: 'Stalls',
});
const area = (quantity: number): SeatInCategory => ({
  seat: { area: 'Floor', quantity },
  categoryKey: 'GEN',
  categoryLabel: 'Pit',
});
const ids = (answer: ReturnType<typeof allot>) =>
  Array.isArray(answer) ? answer.map(({ ticketId }) => ticketId) : answer;

test('seats and places get the next tickets of the zone that their category names, by label or by key', () => {
  const given: Allotments = {};

  expect(allot(zones, given, { attemptId: 'o-1', seats: [seat('A-1'), area(2)] })).toEqual([
    { ticketId: 'Ev-VIP1', zoneId: 'VIP', object: 'A-1' },
    { ticketId: 'Ev-GEN1', zoneId: 'GEN', object: 'Floor' },
    { ticketId: 'Ev-GEN2', zoneId: 'GEN', object: 'Floor' },
  ]);
  expect(ids(allot(zones, given, { attemptId: 'p-1', seats: [seat('A-2')] }))).toEqual(['Ev-VIP2']);
});

test('the same order asks again and gets the same tickets, sold or not', () => {
  const given: Allotments = {};
  const request = { attemptId: 'o-1', seats: [seat('A-1'), area(2)] };
  const first = allot(zones, given, request);
  const sold = sell(zones, () => true);

  expect(new Set(ids(allot(sold, given, request)) as string[])).toEqual(new Set(ids(first) as string[]));
});

test('a zone with too few tickets gives none of the order, and says which category is short', () => {
  const given: Allotments = {};

  expect(allot(zones, given, { attemptId: 'o-1', seats: [seat('A-1'), area(4)] })).toEqual({
    shortOf: 'Pit',
  });
  expect(given).toEqual({});
  expect(ids(allot(zones, given, { attemptId: 'p-1', seats: [area(3)] }))).toHaveLength(3);
});

test('tickets of a refunded order come back: a seat’s to the seat, and never to two orders', () => {
  const given: Allotments = {};
  allot(zones, given, { attemptId: 'o-1', seats: [seat('A-1'), area(1)] });
  giveBack(given, 'o-1');

  expect(ids(allot(zones, given, { attemptId: 'p-1', seats: [seat('B-7'), area(3)] }))).toEqual([
    'Ev-VIP2',
    'Ev-GEN1',
    'Ev-GEN2',
    'Ev-GEN3',
  ]);
  expect(ids(allot(zones, given, { attemptId: 'q-1', seats: [seat('A-1')] }))).toEqual(['Ev-VIP1']);
});

test('a ticket that TMT sold at its own counter is not handed out', () => {
  const inventory = sell(zones, (ticketId) => ticketId === 'Ev-VIP1');

  expect(ids(allot(inventory, {}, { attemptId: 'o-1', seats: [seat('A-1')] }))).toEqual(['Ev-VIP2']);
});

test('places of one area that two orders want are different tickets, and one order’s come back alone', () => {
  const given: Allotments = {};
  expect(ids(allot(zones, given, { attemptId: 'o-1', seats: [area(1)] }))).toEqual(['Ev-GEN1']);
  expect(ids(allot(zones, given, { attemptId: 'p-1', seats: [area(1)] }))).toEqual(['Ev-GEN2']);

  giveBack(given, 'o-1');
  expect(given).toEqual({ 'Ev-GEN1': ['Floor', null], 'Ev-GEN2': ['Floor', 'p-1'] });
  expect(ids(allot(zones, given, { attemptId: 'q-1', seats: [area(2)] }))).toEqual(['Ev-GEN1', 'Ev-GEN3']);
});

test('a category that no zone is named for is short of tickets', () => {
  const odd = { ...seat('A-1'), categoryKey: '9', categoryLabel: 'Roof' };

  expect(allot(zones, {}, { attemptId: 'o-1', seats: [odd] })).toEqual({ shortOf: 'Roof' });
});

test.each([
  { zone: ' STALLS ', zoneId: 'x' },
  { zone: 'x', zoneId: ' stalls' },
  { zone: 'x', zoneId: 'KEY ' },
])('the zone “$zone” ($zoneId) is the one of a category, whatever the case and the blanks', (zone) => {
  expect(isZoneOf(zone, { categoryLabel: 'Stalls ', categoryKey: ' key' })).toBe(true);
  expect(isZoneOf(zone, { categoryLabel: 'Stall', categoryKey: 'ke' })).toBe(false);
});
