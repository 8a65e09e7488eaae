import { z } from 'zod';
import { MAX_TOKEN_MINUTES, type Terms } from './checkout/terms.ts';
import type { TmtSeller } from './tmt/order-record.ts';

const minutes = z.coerce.number('must be a number of minutes').positive('must be more than 0');
const count = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .positive('must be more than 0');
const seconds = z.coerce.number('must be a number of seconds').positive('must be more than 0');
const text = (fallback: string) => z.string().min(1, 'must not be empty').default(fallback);
const secret = z.string('is missing').min(1, 'is missing');
const url = z.url({
  protocol: /^https?$/,
  error: ({ input }) => (input === undefined ? 'is missing' : 'must be an http or https URL'),
});
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Every setting of the product, by the name of its environment variable. `.env.example` lists the same. */
const environment = z.object({
  TASK_QUEUE: text('checkout'),
  HOLD_MINUTES: minutes.default(10),
  HOLD_GRACE_MINUTES: minutes.default(1),
  SEATSIO_BASE_URL: url,
  SEATSIO_SECRET_KEY: secret,
  SEATSIO_WORKSPACE_KEY: z.string().min(1).optional(),
  SEATSIO_MAX_CALLS: count.default(20),
  SEATSIO_CALLS_PER_SECOND: count.default(100),
  TMT_BASE_URL: url,
  TMT_AUTH_HEADER: z.string().min(1).optional(),
  TMT_AUTH_VALUE: z.string().min(1).optional(),
  TMT_TICKETS: z.enum(['desk', 'per-sale'], 'must be desk or per-sale').default('desk'),
  TMT_OFFICE_ID: text('web'),
  TMT_OFFICE_NAME: text('Web'),
  TMT_BOX_OFFICE_ID: text('web'),
  TMT_BOX_OFFICE_NAME: text('Web'),
  TMT_CLIENT_ID: text('organiser'),
  TMT_CLIENT_NAME: text('Organiser'),
  TMT_EXCHANGE_RATE: z.coerce.number('must be a number').positive('must be more than 0').default(1),
  TMT_CUSTODY_ACCOUNT_ID: text('stripe'),
  TMT_CUSTODY_ACCOUNT_NAME: text('Stripe'),
  STRIPE_API_KEY: secret,
  STRIPE_BASE_URL: url.optional(),
  RETENTION_MIN_DAYS: count.default(7),
  MAX_CACHED_WORKFLOWS: count.default(2_000),
  SHUTDOWN_GRACE_SECONDS: seconds.default(30),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

/** The names of all settings. */
export const settingNames = Object.keys(environment.shape);

export type Config = ReturnType<typeof readConfig>;

/** Bad or missing settings, all of them in one error; the process should end with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the settings of a worker. Connection to Temporal is not among them: that is `temporal.toml` and
 * `TEMPORAL_*`, as for every Temporal tool.
 *
 * @throws ConfigError naming every bad or missing setting at once, without their values
 */
export function readConfig(env: NodeJS.ProcessEnv) {
  const values = parse(environment, env);
  return {
    taskQueue: values.TASK_QUEUE,
    seatsio: {
      baseUrl: values.SEATSIO_BASE_URL,
      secretKey: values.SEATSIO_SECRET_KEY,
      ...(values.SEATSIO_WORKSPACE_KEY !== undefined && { workspaceKey: values.SEATSIO_WORKSPACE_KEY }),
      maxInFlight: values.SEATSIO_MAX_CALLS,
      callsPerSecond: values.SEATSIO_CALLS_PER_SECOND,
    },
    tmt: {
      baseUrl: values.TMT_BASE_URL,
      tickets: values.TMT_TICKETS,
      ...(values.TMT_AUTH_HEADER !== undefined &&
        values.TMT_AUTH_VALUE !== undefined && {
          authHeader: { name: values.TMT_AUTH_HEADER, value: values.TMT_AUTH_VALUE },
        }),
      seller: {
        officeId: values.TMT_OFFICE_ID,
        officeName: values.TMT_OFFICE_NAME,
        boxOfficeId: values.TMT_BOX_OFFICE_ID,
        boxOfficeName: values.TMT_BOX_OFFICE_NAME,
        clientId: values.TMT_CLIENT_ID,
        clientName: values.TMT_CLIENT_NAME,
        exchangeRate: values.TMT_EXCHANGE_RATE,
        custodyAccountId: values.TMT_CUSTODY_ACCOUNT_ID,
        custodyAccountName: values.TMT_CUSTODY_ACCOUNT_NAME,
      } satisfies TmtSeller,
    },
    stripe: {
      apiKey: values.STRIPE_API_KEY,
      ...(values.STRIPE_BASE_URL !== undefined && { baseUrl: values.STRIPE_BASE_URL }),
    },
    retentionMinDays: values.RETENTION_MIN_DAYS,
    maxCachedWorkflows: values.MAX_CACHED_WORKFLOWS,
    shutdownGraceSeconds: values.SHUTDOWN_GRACE_SECONDS,
    logLevel: values.LOG_LEVEL,
  };
}

const clientEnvironment = environment.pick({
  TASK_QUEUE: true,
  HOLD_MINUTES: true,
  HOLD_GRACE_MINUTES: true,
});

/**
 * Reads the settings of whoever starts checkouts: the queue of the workers, and the terms of the hold, which
 * travel with each checkout.
 *
 * @throws ConfigError as above
 */
export function readClientConfig(env: NodeJS.ProcessEnv): { taskQueue: string; terms: Terms } {
  const values = parse(clientEnvironment, env);
  const terms = toTerms(values.HOLD_MINUTES, values.HOLD_GRACE_MINUTES);
  return { taskQueue: values.TASK_QUEUE, terms };
}

/**
 * @param holdMinutes the promise to the buyer; fractions are for demos and tests
 * @param graceMinutes what the token lives longer
 * @throws ConfigError when one is not positive, or both together exceed what a token can live
 */
export function toTerms(holdMinutes: number, graceMinutes: number): Terms {
  if (!(holdMinutes > 0) || !(graceMinutes > 0)) {
    throw new ConfigError('HOLD_MINUTES and HOLD_GRACE_MINUTES must both be more than 0');
  }
  if (holdMinutes + graceMinutes > MAX_TOKEN_MINUTES) {
    throw new ConfigError(
      `HOLD_MINUTES and HOLD_GRACE_MINUTES must not exceed ${MAX_TOKEN_MINUTES} together: Seats.io ends a token after two hours`,
    );
  }
  return { holdMs: Math.round(holdMinutes * 60_000), graceMs: Math.round(graceMinutes * 60_000) };
}

function parse<T extends z.ZodObject>(schema: T, env: NodeJS.ProcessEnv): z.output<T> {
  // An empty variable is an absent one: that is how a compose file or a shell leaves a setting out.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`);
  if ('TMT_AUTH_HEADER' in schema.shape && Boolean(given.TMT_AUTH_HEADER) !== Boolean(given.TMT_AUTH_VALUE)) {
    problems.push('  TMT_AUTH_HEADER and TMT_AUTH_VALUE go together');
  }
  const [hold, grace] = [Number(given.HOLD_MINUTES ?? 10), Number(given.HOLD_GRACE_MINUTES ?? 1)];
  if (hold + grace > MAX_TOKEN_MINUTES) {
    problems.push(`  HOLD_MINUTES and HOLD_GRACE_MINUTES must not exceed ${MAX_TOKEN_MINUTES} together`);
  }
  if (problems.length > 0 || !parsed.success) {
    throw new ConfigError(`These settings are missing or wrong (see .env.example):\n${problems.join('\n')}`);
  }
  return parsed.data as z.output<T>;
}
