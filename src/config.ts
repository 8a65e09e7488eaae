import { z } from 'zod';
import { MAX_TOKEN_MINUTES, type Terms } from './checkout/terms.ts';
import type { SeatsEndpoint } from './seatsio/call-seats.ts';
import type { TmtSeller } from './tmt/order-record.ts';

const minutes = z.coerce.number('must be a number of minutes').positive('must be more than 0');
export const count = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .positive('must be more than 0');
const seconds = z.coerce.number('must be a number of seconds').positive('must be more than 0');
export const text = (fallback: string) => z.string().min(1, 'must not be empty').default(fallback);
const secret = z.string('is missing').min(1, 'is missing');
const url = z.url({
  protocol: /^https?$/,
  error: ({ input }) => (input === undefined ? 'is missing' : 'must be an http or https URL'),
});
const MAX_HOLD_MINUTES = 30;
const ATTENTION_MINUTES = 5;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Every setting of the product, by the name of its environment variable. `.env.example` lists the same. */
export const environment = z.object({
  TASK_QUEUE: text('checkout'),
  HOLD_MINUTES: minutes.default(10),
  HOLD_GRACE_MINUTES: minutes.default(1),
  HOLD_MAX_MINUTES: minutes.optional(),
  ATTENTION_MINUTES: minutes.default(ATTENTION_MINUTES),
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
  const values = parseSettings(environment, env);
  return {
    taskQueue: values.TASK_QUEUE,
    seatsio: { ...toSeatsEndpoint(values), callsPerSecond: values.SEATSIO_CALLS_PER_SECOND },
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

/** Seats.io as the adapter wants it. */
export function toSeatsEndpoint(
  values: Pick<
    z.output<typeof environment>,
    'SEATSIO_BASE_URL' | 'SEATSIO_SECRET_KEY' | 'SEATSIO_WORKSPACE_KEY' | 'SEATSIO_MAX_CALLS'
  >,
): SeatsEndpoint {
  return {
    baseUrl: values.SEATSIO_BASE_URL,
    secretKey: values.SEATSIO_SECRET_KEY,
    ...(values.SEATSIO_WORKSPACE_KEY !== undefined && { workspaceKey: values.SEATSIO_WORKSPACE_KEY }),
    maxInFlight: values.SEATSIO_MAX_CALLS,
  };
}

const clientEnvironment = environment.pick({
  TASK_QUEUE: true,
  HOLD_MINUTES: true,
  HOLD_GRACE_MINUTES: true,
  HOLD_MAX_MINUTES: true,
  ATTENTION_MINUTES: true,
});

/**
 * Reads the settings of whoever starts checkouts: the queue of the workers, and the terms of the hold, which
 * travel with each checkout.
 *
 * @throws ConfigError as above
 */
export function readClientConfig(env: NodeJS.ProcessEnv): { taskQueue: string; terms: Terms } {
  const values = parseSettings(clientEnvironment, env);
  const terms = toTerms(values.HOLD_MINUTES, values.HOLD_GRACE_MINUTES, {
    ...(values.HOLD_MAX_MINUTES !== undefined && { maxHoldMinutes: values.HOLD_MAX_MINUTES }),
    attentionMinutes: values.ATTENTION_MINUTES,
  });
  return { taskQueue: values.TASK_QUEUE, terms };
}

/**
 * @param holdMinutes the promise to the buyer; fractions are for demos and tests
 * @param graceMinutes what the token lives longer
 * @param more `maxHoldMinutes`: how long seats are kept in all for a payment that is still being processed,
 *   30 unless hold and grace are longer; `attentionMinutes`: how long a step tries before it asks for a person
 * @throws ConfigError when one is not positive, the most is less than hold and grace, or more than a token lives
 */
export function toTerms(
  holdMinutes: number,
  graceMinutes: number,
  more: { maxHoldMinutes?: number; attentionMinutes?: number } = {},
): Terms {
  const { attentionMinutes = ATTENTION_MINUTES } = more;
  const maxHoldMinutes = more.maxHoldMinutes ?? Math.max(MAX_HOLD_MINUTES, holdMinutes + graceMinutes);
  if (!(holdMinutes > 0) || !(graceMinutes > 0) || !(attentionMinutes > 0)) {
    throw new ConfigError('HOLD_MINUTES, HOLD_GRACE_MINUTES and ATTENTION_MINUTES must all be more than 0');
  }
  const problem = problemOfHold(holdMinutes, graceMinutes, maxHoldMinutes);
  if (problem) throw new ConfigError(problem);
  return {
    holdMs: Math.round(holdMinutes * 60_000),
    graceMs: Math.round(graceMinutes * 60_000),
    maxHoldMs: Math.round(maxHoldMinutes * 60_000),
    patienceMs: Math.round(attentionMinutes * 60_000),
  };
}

function problemOfHold(hold: number, grace: number, most: number): string | undefined {
  if (hold + grace > MAX_TOKEN_MINUTES)
    return `HOLD_MINUTES and HOLD_GRACE_MINUTES must not exceed ${MAX_TOKEN_MINUTES} together: Seats.io ends a token after two hours`;
  if (most > MAX_TOKEN_MINUTES)
    return `HOLD_MAX_MINUTES must not exceed ${MAX_TOKEN_MINUTES}: Seats.io ends a token after two hours`;
  if (most < hold + grace)
    return 'HOLD_MAX_MINUTES must not be less than HOLD_MINUTES and HOLD_GRACE_MINUTES together';
  return undefined;
}

/**
 * Reads the settings of a schema whose keys are names of environment variables.
 *
 * @throws ConfigError naming every bad or missing setting at once, without their values
 */
export function parseSettings<T extends z.ZodObject>(schema: T, env: NodeJS.ProcessEnv): z.output<T> {
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
  const most = Number(given.HOLD_MAX_MINUTES ?? Math.max(MAX_HOLD_MINUTES, hold + grace));
  const problem = problemOfHold(hold, grace, most);
  if (problem) problems.push(`  ${problem}`);
  if (problems.length > 0 || !parsed.success) {
    throw new ConfigError(`These settings are missing or wrong (see .env.example):\n${problems.join('\n')}`);
  }
  return parsed.data as z.output<T>;
}
