import type { OpenQuestions } from './open-questions.ts';
import type { SeatState } from './seat-states.ts';
import type { StatusChange } from './status-request.ts';
import { BOOKED, FREE, HELD, isCustom, RESALE } from './statuses.ts';
import { illegalChange, invalid } from './vendor-error.ts';

/** Who may move a seat from its state to the wanted status. Throws what the vendor answers if it may not be. */
export function checkSeatChange(
  label: string,
  current: SeatState,
  change: StatusChange,
  open: OpenQuestions,
): void {
  checkGuards(current.status, change);
  const { status: to, holdToken: token } = change;
  const heldByToken = current.status === HELD && current.holdToken === token;

  if (to === FREE) {
    if (current.status === FREE && open.releaseFree === 'refuse') throw refused(label, 'is already free');
    if (token === undefined || current.status === FREE || heldByToken) return;
    if (current.status === BOOKED && open.releaseBookedWithToken === 'accept') return;
    throw refused(label, 'is not held by this hold token');
  }
  if (to === HELD) {
    if (token === undefined) throw invalid('A hold token is required to hold objects');
    if (current.status === FREE || current.status === RESALE) return;
    if (heldByToken && open.holdAgain === 'accept') return;
    throw refused(label, 'cannot be held because it is not free');
  }
  if (to === BOOKED && current.status === BOOKED) {
    throw refused(label, 'cannot be booked because it is not free');
  }
  if (token !== undefined) {
    if (!heldByToken) throw refused(label, 'is not held by this hold token');
    return;
  }
  // Without a token a hold is no obstacle: this is the back office's call, and it robs the holder.
  if (to === BOOKED && isCustom(current.status))
    throw refused(label, 'cannot be booked because it is not free');
}

/** The conditions that the caller put on the status before the change. */
export function checkGuards(from: string, change: StatusChange): void {
  const { status: to, allowedPreviousStatuses: allowed, rejectedPreviousStatuses: rejected } = change;
  const refusal = (why: string) =>
    illegalChange(`Cannot change from [${from}] to [${to}]: ${from} is ${why}`);
  if (allowed !== undefined && !allowed.includes(from)) {
    throw refusal('not in the list of allowed previous statuses');
  }
  if (rejected.includes(from)) {
    throw refusal('in the list of rejected previous statuses');
  }
}

export function refused(label: string, why: string) {
  return illegalChange(`Object ${label} ${why}`);
}
