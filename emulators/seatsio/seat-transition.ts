import type { OpenQuestions } from './open-questions.ts';
import type { SeatState } from './seat-states.ts';
import type { RequestedObject, StatusChange } from './status-request.ts';
import { BOOKED, FREE, HELD, RESALE } from './statuses.ts';

/** The state of a seat after a change that was allowed. */
export function nextState(
  current: SeatState,
  request: RequestedObject,
  change: StatusChange,
  open: OpenQuestions,
): SeatState {
  const kept = change.status === BOOKED && open.detailsSurviveBooking ? current : undefined;
  const { status, isForResale, resaleListingId } =
    change.status === FREE ? released(current) : moved(current, change);
  // Every field, whether it says something or not: objects that look alike are what V8 is fast with.
  return {
    status,
    orderId: change.orderId ?? kept?.orderId,
    holdToken: change.status === HELD ? change.holdToken : undefined,
    ticketType: request.ticketType ?? kept?.ticketType,
    extraData: request.extraData ?? (change.keepExtraData ? current.extraData : undefined),
    isForResale,
    resaleListingId,
  };
}

type Offer = Pick<SeatState, 'status' | 'isForResale' | 'resaleListingId'>;

/** A release goes back to the previous status that could be selected: resale, if it was up for that. */
export function released({ status, isForResale, resaleListingId }: SeatState): Offer {
  if (!isForResale || status === RESALE) return { status: FREE };
  return { status: RESALE, isForResale, resaleListingId };
}

function moved(current: SeatState, { status, resaleListingId }: StatusChange): Offer {
  return {
    status,
    isForResale: status === RESALE ? true : current.isForResale,
    resaleListingId: status === RESALE ? resaleListingId : current.resaleListingId,
  };
}
