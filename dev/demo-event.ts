import { CreateEventParams, Region, SeatsioClient } from 'seatsio';
import { DEMO_KEYS, type StandInUrls } from './stand-ins.ts';

/** The event that the demo sells: in Seats.io and TMT under one id. */
export interface DemoEvent {
  id: string;
  name: string;
}

/** The chart that the Seats.io stand-in brings: rows A to D of ten seats, and a floor for a hundred. */
const CHART = 'club';
const ZONES = [
  { id: 'STALLS', name: 'Stalls', color: '#7d5ba6', seats: 40 },
  { id: 'FLOOR', name: 'Standing', color: '#2f8f9d', seats: 100 },
];

/**
 * Makes a new event in both systems, so that all its seats are free.
 *
 * @param suffix makes the id unique; letters and digits, for TMT splits ticket ids at dashes
 */
export async function createDemoEvent(urls: StandInUrls, suffix: string): Promise<DemoEvent> {
  const event = { id: `club${suffix}`, name: 'An evening at the club' };
  const seatsio = new SeatsioClient(new Region(urls.seatsio), DEMO_KEYS.seatsio);
  await seatsio.events.create(CHART, new CreateEventParams().withKey(event.id).withName(event.name));

  const answer = await fetch(`${urls.admin}/tmt/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventId: event.id, name: event.name, zones: ZONES }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`the TMT stand-in refused the event: ${await answer.text()}`);
  return event;
}
