/** The search attributes of a checkout, as a Temporal server must know them before the first one starts. */
export const SEARCH_ATTRIBUTES = {
  EventId: 'Keyword',
  CheckoutStatus: 'Keyword',
  NeedsAttention: 'Bool',
} as const;

/** A query that only a server accepts that knows all of them. */
export const PROBE_QUERY = "EventId = 'probe' AND CheckoutStatus = 'probe' AND NeedsAttention = true";

/** The commands with which an operator makes them known to a server. */
export const REGISTER_COMMANDS: readonly string[] = Object.entries(SEARCH_ATTRIBUTES).map(
  ([name, type]) => `temporal operator search-attribute create --name ${name} --type ${type}`,
);
