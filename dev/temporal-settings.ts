import { writeFileSync } from 'node:fs';

/**
 * The environment without any choice of a Temporal server: for the processes that use the server we started.
 * A key or certificate of a profile would be sent to it, or turn on TLS, which it does not speak.
 */
export function withoutTemporalChoice(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const chooses =
    /^TEMPORAL_(ADDRESS|NAMESPACE|API_KEY|PROFILE|CONFIG_FILE|CLIENT_CONFIG_FILE|TLS.*|GRPC_META_.*|CODEC_.*)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !chooses.test(name)));
}

/**
 * Writes the profile file with which every Temporal tool finds our server:
 * `TEMPORAL_CONFIG_FILE=.data/temporal.toml temporal workflow list`.
 */
export function writeTemporalToml(path: string, server: { address: string; namespace: string }): void {
  const text = [
    '[profile.default]',
    `address = ${JSON.stringify(server.address)}`,
    `namespace = ${JSON.stringify(server.namespace)}`,
    '',
  ].join('\n');
  writeFileSync(path, text);
}
