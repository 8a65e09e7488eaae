import { expect, test } from 'vitest';
import { parseCommand, UsageError } from '../src/cli/command.ts';

test.each([
  { args: 'queue', command: { name: 'queue', json: false } },
  { args: 'show order-1 --json', command: { name: 'show', json: true, orderId: 'order-1' } },
  { args: '--json cancel order-1', command: { name: 'cancel', json: true, orderId: 'order-1' } },
  {
    args: 'refund-instead order-1 --reason gone',
    command: { name: 'refund-instead', json: false, orderId: 'order-1', reason: 'gone' },
  },
  { args: 'reconcile EvT123', command: { name: 'reconcile', json: false, eventId: 'EvT123' } },
  {
    args: 'reconcile EvT123 --pause 0.5',
    command: { name: 'reconcile', json: false, eventId: 'EvT123', pauseSeconds: 0.5 },
  },
  { args: 'show order-1 -h', command: { name: 'help', json: false } },
  { args: '', command: { name: 'help', json: false } },
])('“checkout $args” is understood', ({ args, command }) => {
  expect(parseCommand(args.split(' ').filter(Boolean))).toEqual(command);
});

test.each([
  { args: 'sell', why: 'there is no command “sell”' },
  { args: 'toString', why: 'there is no command “toString”' },
  { args: 'show', why: 'show wants one <orderId>' },
  { args: 'show a b', why: 'show wants one <orderId>' },
  { args: 'reconcile', why: 'reconcile wants one <eventId>' },
  { args: 'queue all', why: 'queue wants nothing behind it' },
  { args: 'refund-instead a', why: 'refund-instead wants a --reason' },
  { args: 'cancel a --reason b', why: '--reason is for refund-instead' },
  { args: 'show a --pause 1', why: '--pause is for reconcile' },
  { args: 'reconcile a --pause long', why: '--pause wants a number of seconds' },
  { args: 'reconcile a --pause 7200', why: '--pause wants a number of seconds, 3600 at most' },
  { args: 'queue --loud', why: "Unknown option '--loud'" },
])('“checkout $args” is refused: $why', ({ args, why }) => {
  const parse = () => parseCommand(args.split(' '));
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(why);
});
