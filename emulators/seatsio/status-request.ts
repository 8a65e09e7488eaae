import { z } from 'zod';
import { FREE } from './statuses.ts';

const object = z.union([
  z
    .string()
    .transform((objectId) => ({ objectId, quantity: 1, ticketType: undefined, extraData: undefined })),
  z.object({
    objectId: z.string(),
    quantity: z.number().int().min(1).default(1),
    ticketType: z.string().optional(),
    extraData: z.record(z.string(), z.unknown()).optional(),
  }),
]);

const common = z.object({
  type: z.enum(['CHANGE_STATUS_TO', 'RELEASE']).default('CHANGE_STATUS_TO'),
  objects: z.array(object).min(1),
  status: z.string().min(1).optional(),
  holdToken: z.string().min(1).nullish(),
  orderId: z.string().nullish(),
  keepExtraData: z.boolean().nullish(),
  allowedPreviousStatuses: z.array(z.string()).nullish(),
  rejectedPreviousStatuses: z.array(z.string()).nullish(),
});

const statusGiven = (change: z.output<typeof common>) =>
  change.type === 'RELEASE' || change.status !== undefined;
const noStatus = { error: 'required key [status] not found' };

/** Body of `POST /events/groups/actions/change-object-status`. */
export const groupRequest = common
  .extend({ events: z.array(z.string()).min(1) })
  .refine(statusGiven, noStatus);

/** Body of `POST /events/actions/change-object-status`. */
export const batchRequest = z.object({
  statusChanges: z.array(common.extend({ event: z.string() }).refine(statusGiven, noStatus)).min(1),
});

export type RequestedObject = z.output<typeof object>;

/** One change for all its objects in one event. `status` is `free` for a release. */
export interface StatusChange {
  status: string;
  objects: RequestedObject[];
  holdToken: string | undefined;
  orderId: string | undefined;
  keepExtraData: boolean;
  allowedPreviousStatuses: string[] | undefined;
  rejectedPreviousStatuses: string[];
}

export function statusChange(request: z.output<typeof common>): StatusChange {
  return {
    status: request.type === 'RELEASE' ? FREE : (request.status ?? FREE),
    objects: request.objects,
    holdToken: request.holdToken ?? undefined,
    orderId: request.orderId ?? undefined,
    keepExtraData: request.keepExtraData ?? false,
    allowedPreviousStatuses: request.allowedPreviousStatuses ?? undefined,
    rejectedPreviousStatuses: request.rejectedPreviousStatuses ?? [],
  };
}
