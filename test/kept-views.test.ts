import { expect, test } from 'vitest';
import type { CheckoutView } from '../src/checkout/outcome.ts';
import { createKeptViews } from '../src/kept-views.ts';

const view = (attempt: number): CheckoutView => ({
  ...{ orderId: 'o1', attempt, status: 'awaiting_payment' },
  ...{ payments: [], attention: [] },
});
const run = (workflowId: string, stamp: string) => ({ workflowId, stamp });

test('a view is kept while the stamp stays, and asked for anew under another one', async () => {
  const viewOf = createKeptViews();
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return view(asked);
  };
  expect(await viewOf(run('a', 'run1/1'), ask)).toEqual(view(1));
  expect(await viewOf(run('a', 'run1/1'), ask)).toEqual(view(1));
  expect(await viewOf(run('a', 'run1/2'), ask)).toEqual(view(2));
  expect(await viewOf(run('a', 'run2/2'), ask), 'a run that was reset').toEqual(view(3));
  expect(await viewOf(run('b', 'run2/2'), ask), 'another attempt').toEqual(view(4));
});

test('an answer that failed is not kept', async () => {
  const viewOf = createKeptViews();
  const failing = () => viewOf(run('a', '1'), () => Promise.reject(new Error('no worker')));
  await expect(failing()).rejects.toThrow('no worker');
  expect(await viewOf(run('a', '1'), async () => view(1))).toEqual(view(1));
});

test('an older answer that arrives late is shown to nobody who has seen a newer stamp', async () => {
  const viewOf = createKeptViews();
  let answer = (_view: CheckoutView) => {};
  const slow = new Promise<CheckoutView>((resolve) => {
    answer = resolve;
  });
  const older = viewOf(run('a', '1'), () => slow);
  await viewOf(run('a', '2'), async () => view(2));
  answer(view(1));
  await older;
  expect(await viewOf(run('a', '2'), async () => view(3))).toEqual(view(3));
});

test('of more attempts than it may keep, the longest unread is forgotten', async () => {
  const viewOf = createKeptViews(2);
  const asked: string[] = [];
  const read = (id: string) =>
    viewOf(run(id, '1'), async () => {
      asked.push(id);
      return view(1);
    });
  for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await read(id);
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});
