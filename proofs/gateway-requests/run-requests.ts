import { createDice, type Dice } from '../simulation/dice.ts';
import { judgeNoRoute, type Operation, readApiDocument } from './api-document.ts';
import { hintsFor, type KnownThings, learn } from './known-things.ts';
import { pick, pickOddString, sample, spoil } from './sample.ts';
import { createSigner, type Secrets } from './signer.ts';

export interface RequestsSetting {
  url: string;
  adminUrl: string;
  /** One key per role. */
  keys: Record<string, string>;
  secrets: Secrets;
  known: KnownThings;
  count: number;
  atOnce: number;
  seed: number;
  onProgress?: (done: number) => void;
}

export interface RequestsResult {
  count: number;
  /** Of the routes that do not answer nearly everything with 2xx. */
  demanding: { count: number; ok: number };
  byStatus: Record<string, number>;
  /** Of each route: how many requests it got, and how many of them were answered with 2xx. */
  byRoute: Record<string, { count: number; ok: number }>;
  /** Answers that the document does not allow, and 5xx; each kind once, with how to send it. */
  violations: string[];
}

interface Request {
  operation: Operation;
  base: string;
  path: string;
  init: RequestInit;
  asked: unknown;
}

/** Two of three are as they should be, so that there is something behind the gateway to go wrong. */
const SHARES = { random: 0.12, spoiled: 0.2, wrongKey: 0.03, oddPath: 0.03, notJson: 0.02 };

/** Sends requests that are made from the gateway's own document, and holds each answer against it. */
export async function runRequests(setting: RequestsSetting): Promise<RequestsResult> {
  const listeners = await Promise.all(
    [setting.url, setting.adminUrl].map(async (base) => ({ base, operations: await readApiDocument(base) })),
  );
  const all = listeners.flatMap(({ base, operations }) =>
    operations.map((operation) => ({ base, operation })),
  );
  const demanding = all.filter(({ operation }) => !isEasy(operation));
  const routes = [...all, ...Array.from({ length: 5 }, () => demanding).flat()];
  const result: RequestsResult = {
    ...{ count: 0, demanding: { count: 0, ok: 0 } },
    ...{ byStatus: {}, byRoute: {}, violations: [] },
  };
  const seen = new Set<string>();
  const { sign } = createSigner(setting.secrets);
  let next = 0;
  await Promise.all(Array.from({ length: setting.atOnce }, worker));
  return result;

  async function worker(): Promise<void> {
    while (next < setting.count) {
      const n = next;
      next += 1;
      // Each has its own dice, so that one request can be made again whatever the others did.
      const dice = createDice(setting.seed * 1_000_003 + n);
      const route = routes[n % routes.length];
      if (!route) throw new TypeError('the documents have no routes');
      await send(toRequest(route.base, route.operation, dice), n);
      if (n % 500 === 499) setting.onProgress?.(n + 1);
    }
  }

  function toRequest(base: string, operation: Operation, dice: Dice): Request {
    const isRandom = dice.chance(SHARES.random);
    const hint = isRandom ? () => undefined : hintsFor(operation.path, setting.known, dice);
    const headers: Record<string, string> = {};
    const query = new URLSearchParams();
    let { path } = operation;
    for (const parameter of operation.parameters) {
      if (!parameter.required && dice.chance(0.6)) continue;
      const value = String(sample(parameter.schema, dice, hint, parameter.name));
      const odd = dice.chance(SHARES.oddPath) ? pickOddString(dice) : value;
      if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(odd));
      else if (parameter.in === 'query') query.set(parameter.name, odd);
      else headers[parameter.name] = value;
    }
    if (query.size > 0) path = `${path}?${query.toString()}`;

    let asked: unknown;
    let body: string | undefined;
    if (operation.method === 'POST') {
      asked = operation.body && sample(operation.body, dice, hint);
      if (dice.chance(SHARES.spoiled)) asked = spoil(asked, dice);
      const signed = operation.path.startsWith('/webhooks') && sign(operation.path, setting.known, dice);
      body = signed ? signed.body : JSON.stringify(asked);
      if (dice.chance(SHARES.notJson)) body = body?.slice(0, -1);
      headers['content-type'] = 'application/json';
      if (signed) Object.assign(headers, signed.headers);
    }
    authorise(operation, path, headers, dice);
    const init = { method: operation.method, headers, ...(body !== undefined && { body }) };
    return { operation, base, path, init, asked };
  }

  function authorise(operation: Operation, path: string, headers: Record<string, string>, dice: Dice): void {
    if (operation.roles.length === 0) return;
    const role = dice.chance(SHARES.wrongKey)
      ? pick(dice, Object.keys(setting.keys))
      : pick(dice, operation.roles);
    const buyer = setting.known.orders.find(({ orderId }) => path.includes(`/${orderId}`));
    const isForBuyers = operation.path.includes('{orderId}') && role === 'checkout';
    if (buyer && isForBuyers && dice.chance(0.3)) headers.authorization = `Bearer ${buyer.token}`;
    else headers['x-api-key'] = String(setting.keys[role]);
  }

  async function send({ operation, base, path, init, asked }: Request, n: number): Promise<void> {
    const response = await fetch(`${base}${path}`, init);
    const text = await response.text();
    const { status } = response;
    const body = parse(text);
    // A path that is spoiled may be another route's; its answer is that one's, or that there is none.
    const judge = judgeOf(base, operation.method, new URL(response.url).pathname);
    const wrong =
      status >= 500
        ? `${status}: ${text.slice(0, 200)}`
        : judge(status, response.headers.get('content-type') ?? '', body);
    const route = `${operation.method} ${operation.path}`;
    note(route, operation, status);
    if (status < 300) learn(setting.known, operation.path, asked, body);
    const kind = `${route} → ${wrong?.replaceAll(/[0-9a-f-]{36}/g, '…')}`;
    if (wrong === undefined || seen.has(kind)) return;
    seen.add(kind);
    result.violations.push(`${kind} (request ${n} of seed ${setting.seed})`);
  }

  function judgeOf(base: string, method: string, path: string): Operation['judge'] {
    const fits = all.filter(
      (one) => one.base === base && one.operation.method === method && isPathOf(one.operation, path),
    );
    const exact = fits.find(({ operation }) => operation.path === path) ?? fits[0];
    return exact?.operation.judge ?? judgeNoRoute;
  }

  function note(route: string, operation: Operation, status: number): void {
    const isOk = status >= 200 && status < 300;
    const counts = result.byRoute[route] ?? { count: 0, ok: 0 };
    result.byRoute[route] = { count: counts.count + 1, ok: counts.ok + Number(isOk) };
    result.byStatus[status] = (result.byStatus[status] ?? 0) + 1;
    result.count += 1;
    if (isEasy(operation)) return;
    result.demanding.count += 1;
    result.demanding.ok += Number(isOk);
  }
}

/** Health, documents, the list, and the expiry that always succeeds: they would only raise the share of 2xx. */
function isEasy({ roles, method, path }: Operation): boolean {
  return (roles.length === 0 && method === 'GET') || /^\/(list_event|expire_hold_token)_/.test(path);
}

function isPathOf({ path: template }: Operation, path: string): boolean {
  return new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]*')}$`).test(path);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
