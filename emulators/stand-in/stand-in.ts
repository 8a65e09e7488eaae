import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { Synchronous } from './store.ts';

export type SystemName = 'seatsio' | 'tmt' | 'stripe';

/** What every `create…StandIn` takes; each may add its own settings. */
export interface StandInOptions {
  /** Folder of the state files; absent = state in memory. */
  dataDir?: string;
  /** What the state files survive: a killed process (`normal`, if absent), or a power cut as well. */
  synchronous?: Synchronous;
  clock?: Clock;
}

/** A remote system's local stand-in: a real HTTP server with the remote's true semantics. */
export interface StandIn {
  readonly system: SystemName;
  readonly faults: Faults;
  readonly ledger: Ledger;
  /** All state, as plain JSON, for tests and curious people. */
  state(): unknown;
  /** Adds the stand-in's own admin routes; `admin` has the prefix `/<system>`. */
  adminRoutes?(admin: FastifyInstance): void;
  /** Starts serving on 127.0.0.1, port 0 = a free one; gives the base URL without a slash at its end. */
  listen(port: number): Promise<string>;
  /** Ends all connections at once and closes the state file. */
  close(): Promise<void>;
}

/** For `createFaults`. */
export function newFaultId(): string {
  return `fault_${randomUUID()}`;
}
