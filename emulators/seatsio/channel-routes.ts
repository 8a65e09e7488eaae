import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  addChannels,
  changeChannel,
  checkMembers,
  removeChannel,
  withObjects,
  withoutObjects,
} from './channels.ts';
import { type Channel, newChannel } from './event-settings.ts';
import type { Events, SeatsEvent } from './events.ts';
import type { NamedObjects } from './named-objects.ts';

const eventParams = z.object({ event: z.string() });
const channelParams = eventParams.extend({ channel: z.string() });
const oneOrMore = z.union([newChannel.transform((channel) => [channel]), z.array(newChannel).min(1)]);
const replacement = z.object({ channels: z.array(newChannel) });
const change = newChannel.omit({ key: true }).partial();
const members = newChannel.pick({ objects: true, areaPlaces: true });

/** The channels of an event: who may sell which of its objects. */
export function addChannelRoutes(app: FastifyInstance, events: Events): void {
  const config = { call: 'channels' };
  const eventOf = ({ workspace, params }: FastifyRequest) =>
    events.get(workspace, eventParams.parse(params).event);
  const set = (event: SeatsEvent, given: readonly NamedObjects[], channels: Channel[]) => {
    checkMembers(event, given, channels);
    events.set(event, { channels });
  };

  app.post('/events/:event/channels', { config }, (request, reply) => {
    const event = eventOf(request);
    const added = oneOrMore.parse(request.body);
    set(event, added, addChannels(event.settings.channels ?? [], added));
    return reply.code(204).send();
  });
  app.post('/events/:event/channels/replace', { config }, (request, reply) => {
    const event = eventOf(request);
    const { channels } = replacement.parse(request.body);
    set(event, channels, addChannels([], channels));
    return reply.code(204).send();
  });
  app.post('/events/:event/channels/:channel', { config }, (request, reply) => {
    const event = eventOf(request);
    const { name, color, objects, areaPlaces } = change.parse(request.body ?? {});
    const channels = changeChannel(
      event.settings.channels ?? [],
      channelParams.parse(request.params).channel,
      (channel) => ({
        ...channel,
        ...(name === undefined ? {} : { name }),
        ...(color == null ? {} : { color }),
        ...(objects == null ? {} : { objects }),
        ...(areaPlaces == null ? {} : { areaPlaces }),
      }),
    );
    set(event, [{ objects, areaPlaces }], channels);
    return reply.code(204).send();
  });
  app.delete('/events/:event/channels/:channel', { config }, (request, reply) => {
    const event = eventOf(request);
    const { channel } = channelParams.parse(request.params);
    events.set(event, { channels: removeChannel(event.settings.channels ?? [], channel) });
    return reply.code(204).send();
  });

  const changeMembers = (request: FastifyRequest, how: typeof withObjects) => {
    const event = eventOf(request);
    const { objects, areaPlaces } = members.parse(request.body ?? {});
    // What is taken out may be something that the event sells no more.
    const added = how === withObjects ? [{ objects, areaPlaces }] : [];
    const channels = changeChannel(
      event.settings.channels ?? [],
      channelParams.parse(request.params).channel,
      (channel) => how(channel, objects ?? [], areaPlaces ?? {}),
    );
    set(event, added, channels);
  };
  app.post('/events/:event/channels/:channel/objects', { config }, (request, reply) => {
    changeMembers(request, withObjects);
    return reply.code(204).send();
  });
  app.delete('/events/:event/channels/:channel/objects', { config }, (request, reply) => {
    changeMembers(request, withoutObjects);
    return reply.code(204).send();
  });
}
