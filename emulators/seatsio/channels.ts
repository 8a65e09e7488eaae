import { randomUUID } from 'node:crypto';
import type { Channel, NewChannel } from './event-settings.ts';
import type { SeatsEvent } from './events.ts';
import { checkNamed, type NamedObjects } from './named-objects.ts';
import { ownMember } from './own-member.ts';
import { invalid, notFound } from './vendor-error.ts';

/** What callers say for objects that are in no channel. */
export const NO_CHANNEL = 'NO_CHANNEL';

/** Throws if channels are given what the event has not, or more places of an area than it has. */
export function checkMembers(
  event: Pick<SeatsEvent, 'objects'>,
  given: readonly NamedObjects[],
  channels: readonly Channel[],
): void {
  for (const members of given) {
    checkNamed(event, members);
    for (const area of Object.keys(members.areaPlaces ?? {})) {
      const { capacity = 0 } = event.objects.get(area) ?? {};
      const places = channels.reduce((sum, { areaPlaces }) => sum + (ownMember(areaPlaces, area) ?? 0), 0);
      if (places > capacity) throw invalid(`Area ${area} has only ${capacity} places`);
    }
  }
}

/** The list with new channels at its end; an object is in one channel only, so it leaves the one it was in. */
export function addChannels(channels: readonly Channel[], added: readonly NewChannel[]): Channel[] {
  let list = [...channels];
  for (const { key, name, color, index, objects, areaPlaces } of added) {
    if (list.some((channel) => channel.key === key)) throw invalid(`Channel ${key} exists already`);
    const channel: Channel = {
      id: randomUUID(),
      key,
      name,
      ...(color == null ? {} : { color }),
      ...(index == null ? {} : { index }),
      objects: [...(objects ?? [])],
      areaPlaces: areaPlaces ?? {},
    };
    list = [...without(list, channel.objects), channel];
  }
  return list;
}

/** Throws CHANNEL_NOT_FOUND. */
export function changeChannel(
  channels: readonly Channel[],
  key: string,
  change: (channel: Channel) => Channel,
): Channel[] {
  const channel = channels.find((one) => one.key === key);
  if (channel === undefined) throw notFound('Channel', key);
  const changed = change(channel);
  const moved = changed.objects.filter((label) => !channel.objects.includes(label));
  return without(channels, moved).map((one) => (one.key === key ? changed : one));
}

/** Throws CHANNEL_NOT_FOUND. */
export function removeChannel(channels: readonly Channel[], key: string): Channel[] {
  if (!channels.some((channel) => channel.key === key)) throw notFound('Channel', key);
  return channels.filter((channel) => channel.key !== key);
}

export function withObjects(
  channel: Channel,
  labels: readonly string[],
  places: Record<string, number>,
): Channel {
  const areaPlaces = new Map(Object.entries(channel.areaPlaces));
  for (const [area, count] of Object.entries(places)) {
    areaPlaces.set(area, (areaPlaces.get(area) ?? 0) + count);
  }
  return {
    ...channel,
    objects: [...new Set([...channel.objects, ...labels])],
    areaPlaces: Object.fromEntries(areaPlaces),
  };
}

export function withoutObjects(
  channel: Channel,
  labels: readonly string[],
  places: Record<string, number>,
): Channel {
  const areaPlaces: Record<string, number> = {};
  for (const [area, count] of Object.entries(channel.areaPlaces)) {
    const left = count - (ownMember(places, area) ?? 0);
    if (left > 0) areaPlaces[area] = left;
  }
  return { ...channel, objects: channel.objects.filter((label) => !labels.includes(label)), areaPlaces };
}

function without(channels: readonly Channel[], labels: readonly string[]): Channel[] {
  if (labels.length === 0) return [...channels];
  const gone = new Set(labels);
  return channels.map((channel) => ({
    ...channel,
    objects: channel.objects.filter((label) => !gone.has(label)),
  }));
}
