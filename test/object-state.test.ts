import { describe, expect, test } from 'vitest';
import type { Seat } from '../src/checkout/order.ts';
import {
  bookedBy,
  freeObjects,
  holdsAll,
  isBookedFor,
  notHeldBy,
  type ObjectState,
} from '../src/seatsio/object-state.ts';

const category = { categoryKey: '1', categoryLabel: 'Stalls' };
const seat = (label: string, status: string, more: Partial<ObjectState> = {}): ObjectState => ({
  label,
  status,
  ...category,
  ...more,
});
const held = (label: string, holdToken: string) => seat(label, 'reservedByToken', { holdToken });
const booked = (label: string, orderId: string) => seat(label, 'booked', { orderId });
const floor = (heldByToken: [token: string, places: number][], free = 10): ObjectState =>
  seat('Floor', 'free', { area: { free, booked: 0, held: 0, heldByToken: new Map(heldByToken) } });
const A1: Seat = { label: 'A-1' };
const A2: Seat = { label: 'A-2' };
const TWO: Seat = { area: 'Floor', quantity: 2 };
/** The label of an area, wanted as if it were a seat. */
const FLOOR_AS_SEAT: Seat = { label: 'Floor' };

describe('a token holds all, or not', () => {
  test.each<[string, ObjectState[], Seat[], boolean]>([
    ['all: seats and exactly the places', [held('A-1', 't'), floor([['t', 2]])], [A1, TWO], true],
    [
      'all: places alone',
      [
        floor([
          ['t', 2],
          ['u', 5],
        ]),
      ],
      [TWO],
      true,
    ],
    ['some: one seat of two', [held('A-1', 't'), held('A-2', 'u')], [A1, A2], false],
    ['some: more places than wanted, for some may be booked', [floor([['t', 3]])], [TWO], false],
    ['some: fewer places', [floor([['t', 1]])], [TWO], false],
    ['some: places without the seat', [seat('A-1', 'free'), floor([['t', 2]])], [A1, TWO], false],
    ['none: another token does', [held('A-1', 'u'), floor([['u', 2]])], [A1, TWO], false],
    [
      'none: the seat is free, though it carries the token',
      [seat('A-1', 'free', { holdToken: 't' })],
      [A1],
      false,
    ],
    ['none: a seat wanted as an area', [held('Floor', 't')], [TWO], false],
    ['none: the read did not show it', [], [A1, TWO], false],
    [
      'none: an area wanted as a seat',
      [{ ...floor([['t', 1]]), status: 'reservedByToken', holdToken: 't' }],
      [FLOOR_AS_SEAT],
      false,
    ],
  ])('%s', (_what, states, seats, answer) => {
    expect(holdsAll(states, seats, 't')).toBe(answer);
  });

  test('less than is wanted of these', () => {
    const states = [held('A-1', 't'), held('A-2', 'u'), floor([['t', 1]])];
    expect(notHeldBy(states, [A1, A2, TWO], 't')).toEqual(['A-2', 'Floor']);
    expect(notHeldBy([floor([['t', 2]])], [TWO], 't'), 'just enough').toEqual([]);
    expect(notHeldBy([floor([['t', 9]])], [TWO], 't'), 'more').toEqual([]);
    expect(notHeldBy([floor([['t', 1]])], [FLOOR_AS_SEAT], 't')).toEqual(['Floor']);
  });
});

describe('an order is booked', () => {
  test.each<[string, ObjectState[], Seat[], ReturnType<typeof bookedBy>]>([
    ['by its labels', [booked('A-1', 'o'), booked('A-2', 'o')], [A1, A2], 'booked'],
    [
      'by its labels, though its places are still held',
      [booked('A-1', 'o'), floor([['t', 2]])],
      [A1, TWO],
      'booked',
    ],
    ['not by one of two labels', [booked('A-1', 'o'), held('A-2', 't')], [A1, A2], 'not_booked'],
    ['not under another name', [booked('A-1', 'other')], [A1], 'not_booked'],
    ['not when a label is missing, though the places are gone', [floor([])], [A1, TWO], 'not_booked'],
    ['not while the token still holds its places', [floor([['t', 2]])], [TWO], 'not_booked'],
    ['perhaps, when the token holds fewer places', [floor([['t', 1]])], [TWO], 'log_decides'],
    ['perhaps, when the token holds more places', [floor([['t', 3]])], [TWO], 'log_decides'],
    ['perhaps, when the token holds none of the places', [floor([['u', 2]])], [TWO], 'log_decides'],
    ['perhaps, when the area was not shown', [], [TWO], 'log_decides'],
    [
      'perhaps, when it holds the places of one area of two',
      [floor([]), { ...floor([['t', 1]]), label: 'Hall' }],
      [TWO, { area: 'Hall', quantity: 1 }],
      'log_decides',
    ],
  ])('%s', (_what, states, seats, answer) => {
    expect(bookedBy(states, seats, 'o', 't')).toBe(answer);
  });

  test('only in the state booked: a free seat may carry the name as well', () => {
    expect(isBookedFor(booked('A-1', 'o'), 'o')).toBe(true);
    expect(isBookedFor(seat('A-1', 'free', { orderId: 'o' }), 'o')).toBe(false);
    expect(isBookedFor(booked('A-1', 'p'), 'o')).toBe(false);
    expect(isBookedFor(undefined, 'o')).toBe(false);
  });
});

test('free to be held are free and resold seats, and areas with enough places', () => {
  const states = [
    seat('A-1', 'free'),
    seat('A-2', 'resale'),
    seat('A-3', 'booked'),
    seat('A-4', 'lockedByOrganiser'),
    floor([], 2),
  ];
  const seats: Seat[] = [A1, A2, { label: 'A-3' }, { label: 'A-4' }, { label: 'A-5' }, TWO];
  expect(freeObjects(states, seats)).toEqual(['A-1', 'A-2', 'Floor']);
  expect(freeObjects(states, [{ area: 'Floor', quantity: 3 }])).toEqual([]);
  expect(freeObjects(states, [FLOOR_AS_SEAT])).toEqual([]);
  expect(freeObjects(states, [{ area: 'A-1', quantity: 1 }])).toEqual([]);
  expect(freeObjects([], [{ area: 'Gone', quantity: 1 }])).toEqual([]);
});
