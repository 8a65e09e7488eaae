/** A bug to plant in the Seats.io stand-in, and the test that was named beforehand to catch it. */
export interface PlantedBug {
  name: string;
  /** Under `emulators/seatsio`. */
  file: string;
  /** Found once in the file, and replaced. */
  find: string;
  replace: string;
  /** Under `test`. */
  test: string;
  /** The end of the full title of the test. */
  title: string;
}

export const BUGS: readonly PlantedBug[] = [
  {
    name: 'a booked seat is booked again',
    file: 'seat-rules.ts',
    find: 'if (to === BOOKED && current.status === BOOKED) {',
    replace: "if (to === BOOKED && current.status === 'never') {",
    test: 'seatsio-status-rules.test.ts',
    title: 'that is booked does not go to booked with the token: none',
  },
  {
    name: "a hold takes another buyer's hold",
    file: 'seat-rules.ts',
    find: 'if (current.status === FREE || current.status === RESALE) return;',
    replace: 'if (current.status !== BOOKED) return;',
    test: 'seatsio-status-rules.test.ts',
    title: 'that is held does not go to reservedByToken with the token: other',
  },
  {
    name: 'a token books what it does not hold',
    file: 'seat-rules.ts',
    find: "if (!heldByToken) throw refused(label, 'is not held by this hold token');",
    replace: "if (!heldByToken && current.status !== FREE) throw refused(label, 'is not held');",
    test: 'seatsio-status-rules.test.ts',
    title: 'that is free does not go to booked with the token: own',
  },
  {
    name: 'a refused call keeps what it has changed already',
    file: 'status-routes.ts',
    find: 'const text = store.transaction(() => {',
    replace: 'const text = ((work: () => string | undefined) => work())(() => {',
    test: 'seatsio-transactions.test.ts',
    title: 'that cannot hold its last object changes none, anywhere',
  },
  {
    name: 'an area has one place too many',
    file: 'area-rules.ts',
    find: 'if (wanted > free) throw',
    replace: 'if (wanted > free + 1) throw',
    test: 'seatsio-concurrency.test.ts',
    title: 'a hundred and fifty for a hundred places: a hundred hold and book one',
  },
  {
    name: 'booked places stay held',
    file: 'status-changes.ts',
    find: 'for (const places of taken) areas.add(event.id, label, { ...places, quantity: -places.quantity });',
    replace: '',
    test: 'seatsio-status-rules.test.ts',
    title: 'are booked twice by a booking that is repeated without a token, once with one',
  },
  {
    name: 'two hours are counted from the last extension',
    file: 'hold-tokens.ts',
    find: 'const expiresAt = capped(found.createdAt, Math.round(now + minutes * MINUTE));',
    replace: 'const expiresAt = capped(now, Math.round(now + minutes * MINUTE));',
    test: 'seatsio-stand-in.test.ts',
    title: 'are extended to now plus minutes, never beyond two hours from their creation',
  },
  {
    name: 'an expiry forgets places of areas',
    file: 'hold-releases.ts',
    find: 'of areas.heldBy(holdToken)) {',
    replace: "of areas.heldBy(holdToken + '?')) {",
    test: 'seatsio-stand-in.test.ts',
    title: 'free what they hold when they are ended by 0 minutes',
  },
  {
    name: 'extra data outlives a status change',
    file: 'seat-transition.ts',
    find: 'request.extraData ?? (change.keepExtraData ? current.extraData : undefined)',
    replace: 'request.extraData ?? current.extraData',
    test: 'seatsio-extra-data.test.ts',
    title: 'is cleared by every status change unless it is kept or sent again',
  },
  {
    name: 'a release needs no key of the channel',
    file: 'object-access.ts',
    find: 'if (!isResold && !mayUse(',
    replace: 'if (change.status !== FREE && !isResold && !mayUse(',
    test: 'seatsio-channels.test.ts',
    title: 'is refused to a release without its key, or with another one',
  },
  {
    name: 'the list of status changes is written at once',
    file: 'change-log.ts',
    find: 'clock.now() - open.changeListDelayMs',
    replace: 'clock.now()',
    test: 'seatsio-status-changes.test.ts',
    title: 'is written some time after the change',
  },
  {
    name: "a token of another workspace is one's own",
    file: 'hold-tokens.ts',
    find: 'found?.workspaceId === workspaceId && found.expiresAt > clock.now()',
    replace: 'found !== undefined && found.expiresAt > clock.now()',
    test: 'seatsio-workspaces.test.ts',
    title: "takes no other workspace's hold token",
  },
];
