import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { createSeatActivities } from '../src/activities/seats.ts';
import { createStepInterceptor } from '../src/activities/step.ts';
import { HELD } from '../src/seatsio/object-state.ts';
import type { SeatsApi } from '../src/seatsio/seats-api.ts';

const STALL = { categoryKey: '1', categoryLabel: 'Stalls' };
const SEAT = { label: 'A-1' };

/** Seats.io says that the chart's token holds the seat, and whose workspace that token is of. */
async function holdWith(chartWorkspace: string) {
  const taken: string[] = [];
  const seats: Partial<SeatsApi> = {
    retrieveToken: async (token) => ({
      expiresInSeconds: 600,
      workspaceKey: token === 'chart' ? chartWorkspace : 'ours',
    }),
    read: async () => [{ label: 'A-1', status: HELD, holdToken: 'chart', ...STALL }],
    takeOver: async ({ from }) => {
      taken.push(from);
      return [{ seat: SEAT, ...STALL }];
    },
  };
  const activities = createSeatActivities({ seats: seats as SeatsApi });
  const interceptors = [createStepInterceptor];
  const environment = new MockActivityEnvironment({ startToCloseTimeoutMs: 10_000 }, { interceptors });
  const step = { eventId: 'event', seats: [SEAT], token: 'own', attemptId: 'order-1', chartToken: 'chart' };
  return { answer: await environment.run(() => activities.holdSeats(step)), taken };
}

test("the hold of a chart's token of our workspace is taken over", async () => {
  expect(await holdWith('ours')).toMatchObject({ answer: { held: true }, taken: ['chart'] });
});

test("the hold of a chart's token of another workspace is not, though it holds the seats", async () => {
  expect(await holdWith('theirs')).toEqual({
    answer: { held: false, reason: 'not_held_by_chart', seats: ['A-1'] },
    taken: [],
  });
});
