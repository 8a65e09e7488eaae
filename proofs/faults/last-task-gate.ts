import type { Payload, PayloadCodec } from '@temporalio/common';

export interface Gate {
  /** Resolves when the last task of the order's checkout is about to end. */
  reached: Promise<void>;
  open: () => void;
}

/**
 * Holds the last tasks of checkouts open. The worker encodes the result of a workflow inside its last task,
 * before the server is told, so a codec that waits there gives the time to send something into that task: the
 * server then refuses the end, and the task runs again.
 */
export function createLastTaskGates() {
  const gates = new Map<string, { reach: () => void; opened: Promise<void> }>();
  const codec: PayloadCodec = {
    async encode(payloads: Payload[]) {
      for (const { data } of payloads) {
        const text = Buffer.from(data ?? []).toString();
        // The answer to who waits for the hold may tell of an outcome too, before the end.
        if (!text.includes('"outcome":') || text.includes('"held":')) continue;
        for (const [orderId, { reach, opened }] of gates) {
          if (!text.includes(`"orderId":"${orderId}"`)) continue;
          reach();
          await opened;
        }
      }
      return payloads;
    },
    decode: async (payloads: Payload[]) => payloads,
  };
  return {
    codec,
    gateOf: (orderId: string): Gate => {
      let open: () => void = () => {};
      let reach: () => void = () => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      const reached = new Promise<void>((resolve) => {
        reach = resolve;
      });
      gates.set(orderId, { reach, opened });
      return { reached, open };
    },
  };
}
