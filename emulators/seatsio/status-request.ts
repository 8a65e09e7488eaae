import { z } from 'zod';
import { FREE } from './statuses.ts';

/**
 * Nothing is transformed here: a transformation costs more than all checks of a body. What the official client sends
 * is tried first.
 */
export const requestedObject = z.union([
  z.object({
    objectId: z.string(),
    quantity: z.number().int().min(1).optional(),
    ticketType: z.string().nullish(),
    extraData: z.record(z.string(), z.unknown()).nullish(),
  }),
  z.string(),
]);

/** What every status change may say, whichever objects it is for. */
export const changeDetails = z.object({
  holdToken: z.string().min(1).nullish(),
  orderId: z.string().nullish(),
  keepExtraData: z.boolean().nullish(),
  ignoreChannels: z.boolean().nullish(),
  channelKeys: z.array(z.string()).nullish(),
});

const common = changeDetails.extend({
  type: z.enum(['CHANGE_STATUS_TO', 'RELEASE']).default('CHANGE_STATUS_TO'),
  objects: z.array(requestedObject).min(1),
  status: z.string().min(1).nullish(),
  allowedPreviousStatuses: z.array(z.string()).nullish(),
  rejectedPreviousStatuses: z.array(z.string()).nullish(),
  resaleListingId: z.string().nullish(),
});

const statusGiven = (change: { type: string; status?: string | null | undefined }) =>
  change.type !== 'CHANGE_STATUS_TO' || typeof change.status === 'string';
const noStatus = { error: 'required key [status] not found' };

/** Body of `POST /events/groups/actions/change-object-status`. */
export const groupRequest = common
  .extend({ events: z.array(z.string()).min(1) })
  .refine(statusGiven, noStatus);

/** Body of `POST /events/actions/change-object-status`. */
export const batchRequest = z.object({
  statusChanges: z
    .array(
      common
        .extend({
          type: z
            .enum(['CHANGE_STATUS_TO', 'RELEASE', 'OVERRIDE_SEASON_STATUS', 'USE_SEASON_STATUS'])
            .default('CHANGE_STATUS_TO'),
          event: z.string(),
          season: z.string().nullish(),
        })
        .refine(statusGiven, noStatus),
    )
    .min(1),
});

/** Body of `POST /events/{event}/actions/change-object-status`: the server chooses the objects. */
export const bestAvailableRequest = changeDetails.extend({
  status: z.string().min(1),
  bestAvailable: z
    .object({
      number: z.number().int().min(1),
      categories: z.array(z.union([z.string(), z.number()]).transform(String)).nullish(),
      zone: z.string().nullish(),
      sections: z.array(z.string()).nullish(),
      extraData: z.array(z.record(z.string(), z.unknown())).nullish(),
      ticketTypes: z.array(z.string()).nullish(),
      tryToPreventOrphanSeats: z.boolean().nullish(),
      accessibleSeats: z.number().int().min(0).nullish(),
    })
    .refine(({ number, extraData }) => extraData == null || extraData.length === number, {
      error: 'extraData must have as many items as number says',
    })
    .refine(({ number, ticketTypes }) => ticketTypes == null || ticketTypes.length === number, {
      error: 'ticketTypes must have as many items as number says',
    })
    .refine(({ number, accessibleSeats }) => (accessibleSeats ?? 0) <= number, {
      error: 'accessibleSeats must not be above number',
    }),
});

export type BestAvailable = z.output<typeof bestAvailableRequest>['bestAvailable'];
type ChangeRequest = z.output<typeof common>;

/** One object of a change, and how many of it. */
export interface RequestedObject {
  objectId: string;
  quantity: number;
  ticketType: string | undefined;
  extraData: Record<string, unknown> | undefined;
}

/** One change for all its objects in one event. `status` is `free` for a release. */
export interface StatusChange {
  status: string;
  objects: RequestedObject[];
  holdToken: string | undefined;
  orderId: string | undefined;
  keepExtraData: boolean;
  ignoreChannels: boolean;
  channelKeys: string[] | undefined;
  allowedPreviousStatuses: string[] | undefined;
  rejectedPreviousStatuses: string[];
  resaleListingId: string | undefined;
  /** The caller's address. */
  ip: string;
}

export function statusChange(
  request: Pick<ChangeRequest, 'objects'> & Partial<Omit<ChangeRequest, 'type'>> & { type?: string },
  ip: string,
): StatusChange {
  return {
    status: request.type === 'RELEASE' ? FREE : (request.status ?? FREE),
    objects: request.objects.map(requested),
    holdToken: request.holdToken ?? undefined,
    orderId: request.orderId ?? undefined,
    keepExtraData: request.keepExtraData ?? false,
    ignoreChannels: request.ignoreChannels ?? false,
    channelKeys: request.channelKeys ?? undefined,
    allowedPreviousStatuses: request.allowedPreviousStatuses ?? undefined,
    rejectedPreviousStatuses: request.rejectedPreviousStatuses ?? [],
    resaleListingId: request.resaleListingId ?? undefined,
    ip,
  };
}

export function requested(object: ChangeRequest['objects'][number]): RequestedObject {
  if (typeof object === 'string') {
    return { objectId: object, quantity: 1, ticketType: undefined, extraData: undefined };
  }
  return {
    objectId: object.objectId,
    quantity: object.quantity ?? 1,
    ticketType: object.ticketType ?? undefined,
    extraData: object.extraData ?? undefined,
  };
}
