/**
 * The id under which a checkout knows an event, for each channel its own: a report that anybody with a key may make
 * cannot take the id of one that is signed, which would then pass for a repeat of it.
 */
export const eventIds = {
  /** Told by the holder of a key, who chose the id. */
  told: (caller: string, id: string) => `told/${caller}/${id}`,
  stripe: (id: string) => `stripe/${id}`,
  /** Signed by Standard Webhooks. */
  signed: (id: string) => `signed/${id}`,
};
