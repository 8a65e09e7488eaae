import { CreateEventParams } from 'seatsio';
import { describe, expect, it } from 'vitest';
import { tables } from './stand-ins/drawings.ts';
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
    await events().putUpForResale(EVENT, 'A-1', 'listing-1');
    await events().book(EVENT, 'A-1', null, 'order-1');
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'booked', orderId: 'order-1' });
  });

  it('is held and released with the key of its channel only', async () => {
    const token = await seatsio.newToken();
    await events().channels.add(EVENT, 'one', 'One', 'red', 1, ['A-1'], { Floor: 100 });
    await events().putUpForResale(EVENT, ['A-1', 'Floor'], 'listing-1');
    await expect(events().hold(EVENT, 'A-1', token)).rejects.toMatchObject(refusal());
    await expect(events().release(EVENT, 'A-1')).rejects.toMatchObject(refusal());
    await events().release(EVENT, ['A-1', 'Floor'], null, null, null, null, ['one']);
    expect(await seatsio.seat('A-1')).toMatchObject({ status: 'free' });
  });

  it('may be an area that is sold as a whole', async () => {
    await seatsio.upload('tables', tables);
    await events().create('tables', new CreateEventParams().withKey('tables'));
    const lounge = () => events().retrieveObjectInfo('tables', 'Lounge');
    await events().book('tables', 'Lounge');
    expect(await lounge()).toMatchObject({ isAvailable: false, numBooked: 8, numFree: 0 });
    await events().putUpForResale('tables', 'Lounge');
    expect(await lounge()).toMatchObject({ status: 'resale', isAvailable: true, numBooked: 0, numFree: 8 });
    await events().book('tables', 'Lounge');
    expect(await lounge()).toMatchObject({ status: 'booked', isAvailable: false, numBooked: 8, numFree: 0 });
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
