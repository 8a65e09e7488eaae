import { describe, expect, it } from 'vitest';
import { EVENT, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();
const events = () => seatsio.client.events;

describe('a seat up for resale', () => {
  it('was free or booked before, is available, and carries its listing', async () => {
    await events().book(EVENT, 'A-1');
    await events().putUpForResale(EVENT, ['A-1', 'A-2'], 'listing-1');
    for (const label of ['A-1', 'A-2']) {
      expect(await seatsio.seat(label)).toMatchObject({
        status: 'resale',
        isAvailable: true,
        resaleListingId: 'listing-1',
      });
    }
  });

  it('is booked without a token, and without the key of its channel', async () => {
    await events().channels.add(EVENT, 'one', 'One', 'red', 1, ['A-1']);
    await events().changeObjectStatus(EVENT, 'A-1', 'resale', null, null, null, true);
    await events().book(EVENT, 'A-1', null, 'order-1');
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'booked', orderId: 'order-1' });
  });

  it('goes back to resale when its hold or booking ends, and is free after its own release', async () => {
    await events().putUpForResale(EVENT, ['A-1', 'A-2'], 'listing-1');
    const token = await seatsio.newToken(10);
    await events().hold(EVENT, 'A-1', token);
    await events().book(EVENT, 'A-2');
    await events().release(EVENT, 'A-2');
    await seatsio.advance(600_000);
    for (const label of ['A-1', 'A-2']) {
      expect(await seatsio.seat(label)).toMatchObject({ status: 'resale', resaleListingId: 'listing-1' });
    }
    await events().release(EVENT, 'A-1');
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free', resaleListingId: undefined });
    await events().book(EVENT, 'A-1');
    await events().release(EVENT, 'A-1');
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free' });
  });

  it('is put up in all events or in none', async () => {
    await expect(events().putUpForResale([EVENT, 'nope'], 'A-1')).rejects.toMatchObject({ status: 404 });
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free' });
    await expect(events().putUpForResale(EVENT, 'Z-9')).rejects.toMatchObject(refusal('GENERAL_ERROR'));
  });
});
