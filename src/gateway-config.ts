import { z } from 'zod';
import type { Terms } from './checkout/terms.ts';
import { environment, parseSettings, readClientConfig, text, toSeatsEndpoint } from './config.ts';
import { type SalesConfig, salesSettings, toSalesConfig } from './gateway-sales-config.ts';
import { type ApiKey, ROLES, type Role } from './http/auth/api-keys.ts';
import type { SeatsEndpoint } from './seatsio/call-seats.ts';

const port = (fallback: number) =>
  z.coerce
    .number('must be a port')
    .int('must be a port')
    .min(0, 'must be a port')
    .max(65_535, 'must be a port')
    .default(fallback);

/** The settings that only the gateway has. */
const ownSettings = z.object({
  GATEWAY_HOST: text('0.0.0.0'),
  GATEWAY_PORT: port(7400),
  GATEWAY_ADMIN_HOST: text('127.0.0.1'),
  GATEWAY_ADMIN_PORT: port(7401),
  GATEWAY_KEY_HEADER: text('x-api-key').refine(
    (name) => /^[\w-]+$/.test(name),
    'must be the name of a header',
  ),
  GATEWAY_KEYS: z.string('is missing').transform((value, context): ApiKey[] => {
    const { keys, problems } = readKeys(value);
    for (const message of problems) context.addIssue({ code: 'custom', message });
    return keys;
  }),
  ...salesSettings,
});

const gatewayEnvironment = ownSettings.extend(
  environment.pick({
    SEATSIO_BASE_URL: true,
    SEATSIO_SECRET_KEY: true,
    SEATSIO_WORKSPACE_KEY: true,
    SEATSIO_MAX_CALLS: true,
    LOG_LEVEL: true,
    TASK_QUEUE: true,
    HOLD_MINUTES: true,
    HOLD_GRACE_MINUTES: true,
    HOLD_MAX_MINUTES: true,
    ATTENTION_MINUTES: true,
    STRIPE_API_KEY: true,
    STRIPE_BASE_URL: true,
  }).shape,
);

/** The names of the settings that only the gateway has. */
export const gatewaySettingNames = Object.keys(ownSettings.shape);

export interface GatewayConfig {
  /** For shops and payment services. */
  public: Listener;
  /** For administrators; it should be reachable from inside only. */
  admin: Listener;
  keyHeader: string;
  keys: ApiKey[];
  sales: SalesConfig;
  stripe: { apiKey: string; baseUrl?: string };
  seatsio: SeatsEndpoint;
  taskQueue: string;
  terms: Terms;
  logLevel: string;
}

export interface Listener {
  host: string;
  /** 0: any that is free. */
  port: number;
}

/** @throws ConfigError naming every bad or missing setting of the gateway at once, without their values */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const values = parseSettings(gatewayEnvironment, env);
  return {
    public: { host: values.GATEWAY_HOST, port: values.GATEWAY_PORT },
    admin: { host: values.GATEWAY_ADMIN_HOST, port: values.GATEWAY_ADMIN_PORT },
    keyHeader: values.GATEWAY_KEY_HEADER.toLowerCase(),
    keys: values.GATEWAY_KEYS,
    seatsio: toSeatsEndpoint(values),
    sales: toSalesConfig(values),
    stripe: {
      apiKey: values.STRIPE_API_KEY,
      ...(values.STRIPE_BASE_URL !== undefined && { baseUrl: values.STRIPE_BASE_URL }),
    },
    ...readClientConfig(env),
    logLevel: values.LOG_LEVEL,
  };
}

/** `name:role:key`, separated by commas or blanks. Two keys of one name, for rotation, have one role. */
function readKeys(value: string): { keys: ApiKey[]; problems: string[] } {
  const keys: ApiKey[] = [];
  const problems: string[] = [];
  for (const [index, entry] of value
    .split(/[\s,]+/)
    .filter(Boolean)
    .entries()) {
    const [, name, role, key] = /^([a-z0-9][a-z0-9-]{0,39}):([a-z]+):([\w.~+/=-]{24,200})$/.exec(entry) ?? [];
    if (!name || !role || !key || !isRole(role)) {
      problems.push(
        `entry ${index + 1} must be name:role:key, a role of ${ROLES.join(', ')}, a key of 24 to 200 characters`,
      );
    } else if (keys.some((other) => other.name === name && other.role !== role)) {
      problems.push(`entry ${index + 1} gives a name a second role`);
    } else if (keys.some((other) => other.key === key)) {
      problems.push(`entry ${index + 1} repeats a key`);
    } else keys.push({ name, role, key });
  }
  if (keys.length === 0 && problems.length === 0) problems.push('has no key');
  return { keys, problems };
}

function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role);
}
