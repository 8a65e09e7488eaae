import { Client, Connection } from '@temporalio/client';
import { CheckoutClient } from '../client.ts';
import { readClientConfig } from '../config.ts';
import { reachTemporal, readTemporalConfig } from '../temporal.ts';

/** What the commands work with. */
export interface Session {
  checkouts: CheckoutClient;
  client: Client;
  taskQueue: string;
}

/** What a command has to say: in words, or as data. */
export interface Answer {
  text: string;
  data: unknown;
  /** 1 when something is wrong. */
  exitCode: 0 | 1;
}

/**
 * Connects as `CheckoutClient.connect` does, and keeps the Temporal client too, for lists.
 *
 * @throws ConfigError, TemporalUnreachableError
 */
export async function openSession(env: NodeJS.ProcessEnv): Promise<Session> {
  const settings = readClientConfig(env);
  const { connection: options, namespace } = readTemporalConfig(env);
  const connection = await reachTemporal(options.address, () => Connection.connect(options));
  const client = new Client({ connection, namespace });
  return { checkouts: new CheckoutClient({ client, ...settings }), client, taskQueue: settings.taskQueue };
}
