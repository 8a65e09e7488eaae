import type { Supervisor } from './supervisor.ts';

/** Where a search looks, and with what. */
export interface Search {
  env: NodeJS.ProcessEnv;
  supervisor: Supervisor;
  /** The file that a download or build of ours ends up in. */
  cached: string;
  progress: (line: string) => void;
  signal: AbortSignal;
}
