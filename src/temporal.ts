import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';

/**
 * How to reach Temporal: `temporal.toml` and `TEMPORAL_*`, read as every Temporal tool reads them.
 *
 * @returns options for a `Connection` or a `NativeConnection`, and the namespace, which belongs to both the
 * client and the worker
 */
export function readTemporalConfig(env: NodeJS.ProcessEnv): {
  connection: ClientConnectConfig['connectionOptions'];
  namespace: string;
} {
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: definedOf(env) });
  return { connection: connectionOptions, namespace: namespace ?? 'default' };
}

/** No Temporal server answers at the address that the configuration gives. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
}

/** Connects, or says where it tried. @throws TemporalUnreachableError */
export async function reachTemporal<T>(address: string | undefined, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (cause) {
    const where = address ?? '127.0.0.1:7233';
    const advice = 'check TEMPORAL_ADDRESS or temporal.toml, and that the server is up';
    throw new TemporalUnreachableError(`cannot reach Temporal at ${where}: ${advice}`, { cause });
  }
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
