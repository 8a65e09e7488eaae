import { AREA, type Buyer, KEY, type Known, PLACES } from './buyer.ts';

/** What the restarted stand-in has of a buyer's things. */
export interface Kept {
  seats: unknown;
  places: unknown;
  channelName: string | undefined;
  /** Undefined: the token is not known. */
  expiresAt: string | undefined;
}

interface DumpedPlaces {
  label: string;
  channel: string;
  status: string;
  holdToken: string;
  quantity: number;
}

/** Reads seats, token and channel as a caller, and the places of one channel, which no caller can, as an admin. */
export async function readKept(
  { url, admin }: { url: string; admin: string },
  event: string,
  { labels, channel, told }: Buyer,
): Promise<Kept> {
  const read = async <T>(address: string) => (await fetch(address, { headers: KEY })).json() as Promise<T>;
  const query = labels.map((label) => `label=${encodeURIComponent(label)}`).join('&');
  const [infos, { channels }, state, token] = await Promise.all([
    read<Record<string, Record<string, unknown>>>(`${url}/events/${event}/objects?${query}`),
    read<{ channels: { key: string; name: string }[] }>(`${url}/events/${event}`),
    read<{ places: DumpedPlaces[] }>(`${admin}/state/seatsio`),
    told.token === undefined ? undefined : read<{ expiresAt?: string }>(`${url}/hold-tokens/${told.token}`),
  ]);
  return {
    seats: labels.map((label) => {
      const { status, holdToken, orderId } = infos[label] ?? {};
      return { status, holdToken, orderId };
    }),
    places: state.places
      .filter((place) => place.label === AREA && place.channel === channel)
      .map(({ status, holdToken, quantity }) => ({ status, holdToken, quantity })),
    channelName: channels.find(({ key }) => key === channel)?.name,
    expiresAt: token?.expiresAt,
  };
}

/** Whether it is what a buyer may have been told. */
export function isSo(kept: Kept, { labels }: Buyer, known: Known): boolean {
  const { status, orderId, token, channelName, expiresAt } = known;
  const holder = status === 'reservedByToken' ? token : undefined;
  const seat = { status, holdToken: holder, orderId };
  const places = status === 'free' ? [] : [{ status, holdToken: holder ?? '', quantity: PLACES }];
  const lives = token !== undefined && expiresAt !== 'over';
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  return (
    same(
      kept.seats,
      labels.map(() => seat),
    ) &&
    same(kept.places, places) &&
    kept.channelName === channelName &&
    (lives ? kept.expiresAt !== undefined : kept.expiresAt === undefined) &&
    (!lives || expiresAt === undefined || kept.expiresAt === expiresAt)
  );
}
