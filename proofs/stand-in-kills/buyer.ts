import { setTimeout as sleep } from 'node:timers/promises';

/** How far a buyer is: what was answered last. */
const STEPS = ['nothing', 'token', 'held', 'extended', 'booked', 'ended', 'renamed'] as const;

/** What a buyer's things are, as far as the buyer was told. */
export interface Known {
  step: (typeof STEPS)[number];
  /** Of both seats and of the places. */
  status: 'free' | 'reservedByToken' | 'booked';
  orderId?: string;
  token?: string;
  /** Of the token; `over`: it was ended; undefined: the call that sets it was not answered. */
  expiresAt?: string | undefined;
  channelName: string;
}

/**
 * One buyer with two seats and some places that nobody else can have, for they are in a channel of its own: makes a
 * token, holds, extends the token, books, ends the token, renames the channel and releases, again and again.
 */
export interface Buyer {
  labels: readonly string[];
  channel: string;
  /** What was answered last. */
  told: Known;
  /** What a call would have made of it that was sent and not answered; undefined: none was under way. */
  underWay: Known | undefined;
  /** Calls that were answered. */
  answered: number;
  /** Goes on until the server is gone. Throws if an answer is none that the buyer may get. */
  run(url: string): Promise<void>;
}

export const AREA = 'Arena floor';
/** So many places of the area in each call. */
export const PLACES = 3;

export const KEY = {
  authorization: `Basic ${btoa('seatsio-demo-secret:')}`,
  'content-type': 'application/json',
};

class ServerGone extends Error {
  override readonly name = 'ServerGone';
}

export function createBuyer(number: number, event: string, labels: readonly string[]): Buyer {
  const channel = `own-${number}`;
  let turn = 0;

  const call = async (url: string, path: string, body: object): Promise<unknown> => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url + path, { method: 'POST', headers: KEY, body: JSON.stringify(body) });
      text = await response.text();
    } catch {
      throw new ServerGone(path);
    }
    if (response.status === 429) {
      await sleep(5);
      return call(url, path, body);
    }
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const change = async (url: string, path: string, body: object, next: Known): Promise<unknown> => {
    buyer.underWay = next;
    const answer = await call(url, path, body);
    buyer.told = next;
    buyer.underWay = undefined;
    buyer.answered += 1;
    return answer;
  };
  const changeStatus = (url: string, request: object, next: Known) =>
    change(
      url,
      '/events/groups/actions/change-object-status?expand=objects',
      {
        events: [event],
        objects: [...labels.map((objectId) => ({ objectId })), { objectId: AREA, quantity: PLACES }],
        channelKeys: [channel],
        ...request,
      },
      next,
    );

  const step = async (url: string): Promise<void> => {
    const { told } = buyer;
    const { token = '', orderId = '', channelName } = told;
    switch (told.step) {
      case 'nothing': {
        // A token that nobody was told is nobody's loss.
        const made = (await change(url, '/hold-tokens', {}, told)) as {
          holdToken: string;
          expiresAt: string;
        };
        const { holdToken, expiresAt } = made;
        buyer.told = { step: 'token', status: 'free', token: holdToken, expiresAt, channelName };
        return;
      }
      case 'token': {
        turn += 1;
        const order = { holdToken: token, orderId: `order-${number}-${turn}` };
        const next: Known = { ...told, step: 'held', status: 'reservedByToken', orderId: order.orderId };
        await changeStatus(url, { status: 'reservedByToken', ...order }, next);
        return;
      }
      case 'held': {
        const next: Known = { ...told, step: 'extended', expiresAt: undefined };
        const answer = await change(url, `/hold-tokens/${token}`, { expiresInMinutes: 30 }, next);
        buyer.told = { ...next, expiresAt: (answer as { expiresAt: string }).expiresAt };
        return;
      }
      case 'extended': {
        const request = { status: 'booked', holdToken: token, orderId };
        await changeStatus(url, request, { ...told, step: 'booked', status: 'booked' });
        return;
      }
      case 'booked': {
        const next: Known = { ...told, step: 'ended', expiresAt: 'over' };
        await change(url, `/hold-tokens/${token}`, { expiresInMinutes: 0 }, next);
        return;
      }
      case 'ended': {
        const name = `${channel} after ${turn}`;
        const next: Known = { ...told, step: 'renamed', channelName: name };
        await change(url, `/events/${event}/channels/${channel}`, { name }, next);
        return;
      }
      case 'renamed': {
        const next: Known = { step: 'nothing', status: 'free', token, expiresAt: 'over', channelName };
        await changeStatus(url, { type: 'RELEASE' }, next);
      }
    }
  };

  const buyer: Buyer = {
    labels,
    channel,
    told: { step: 'nothing', status: 'free', channelName: channel },
    underWay: undefined,
    answered: 0,
    run: async (url) => {
      try {
        for (;;) await step(url);
      } catch (error) {
        if (!(error instanceof ServerGone)) throw error;
      }
    },
  };
  return buyer;
}
