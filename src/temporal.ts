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

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
