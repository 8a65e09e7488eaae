import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { tokenMinutes } from '../src/checkout/terms.ts';
import { ConfigError, readClientConfig, readConfig, settingNames, toTerms } from '../src/config.ts';
import { gatewaySettingNames, readGatewayConfig } from '../src/gateway-config.ts';

const needed = {
  SEATSIO_BASE_URL: 'https://api-eu.seatsio.net',
  SEATSIO_SECRET_KEY: 'sk-canary',
  TMT_BASE_URL: 'https://example.org',
  STRIPE_API_KEY: 'sk-canary-too',
};

test('all missing and wrong settings are named in one error, without their values', () => {
  const read = () =>
    readConfig({
      SEATSIO_BASE_URL: 'ftp://canary',
      HOLD_MINUTES: '-1',
      SEATSIO_MAX_CALLS: '1.5',
      TMT_TICKETS: 'both',
      TMT_AUTH_HEADER: 'x',
    });

  expect(read).toThrow(ConfigError);
  for (const name of [
    'SEATSIO_BASE_URL',
    'SEATSIO_SECRET_KEY',
    'TMT_BASE_URL',
    'STRIPE_API_KEY',
    'HOLD_MINUTES',
    'SEATSIO_MAX_CALLS',
    'TMT_TICKETS',
    'TMT_AUTH_VALUE',
  ]) {
    expect(read).toThrow(name);
  }
  expect(read).not.toThrow('canary');
});

test('hold and grace are positive and together at most 119 minutes, wherever they come from', () => {
  expect(() => readClientConfig({ HOLD_MINUTES: '118', HOLD_GRACE_MINUTES: '2' })).toThrow(
    /must not exceed 119/,
  );
  expect(() => readConfig({ ...needed, HOLD_MINUTES: '0' })).toThrow(/HOLD_MINUTES/);
  expect(() => toTerms(10, 0)).toThrow(ConfigError);
  expect(() => toTerms(Number.NaN, 1)).toThrow(ConfigError);
  expect(readClientConfig({ HOLD_MINUTES: '118', HOLD_GRACE_MINUTES: '1' }).terms).toEqual({
    holdMs: 7_080_000,
    graceMs: 60_000,
    maxHoldMs: 7_140_000,
    patienceMs: 300_000,
  });
});

test('seats are kept for a payment in process for 30 minutes in all, unless another most is set', () => {
  expect(readClientConfig({ HOLD_MAX_MINUTES: '45', ATTENTION_MINUTES: '1' }).terms).toMatchObject({
    maxHoldMs: 2_700_000,
    patienceMs: 60_000,
  });
  expect(() => readClientConfig({ HOLD_MAX_MINUTES: '10' })).toThrow(/HOLD_MAX_MINUTES must not be less/);
  expect(() => readClientConfig({ HOLD_MAX_MINUTES: '120' })).toThrow(/HOLD_MAX_MINUTES must not exceed/);
});

test('the default promise is ten minutes, on a token of eleven whole ones', () => {
  const { terms } = readClientConfig({});

  expect(terms).toEqual({ holdMs: 600_000, graceMs: 60_000, maxHoldMs: 1_800_000, patienceMs: 300_000 });
  expect(tokenMinutes(terms)).toBe(11);
  expect(tokenMinutes(toTerms(0.2, 1)), 'fractions are rounded up').toBe(2);
});

test('.env.example names every setting, and no other', async () => {
  const example = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
  const named = [...example.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);

  expect(named.toSorted()).toEqual([...settingNames, ...gatewaySettingNames].toSorted());
});

test('.env.example shows the defaults that hold, and needs only what has none', async () => {
  const example = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
  const shown = Object.fromEntries(
    [...example.matchAll(/^# ([A-Z][A-Z_]+)=(.+)$/gm)].map(([, name, value]) => [
      String(name),
      String(value),
    ]),
  );

  expect(readConfig({ ...needed, ...shown })).toEqual(readConfig(needed));
  const gateway = { ...needed, GATEWAY_KEYS: `shop:checkout:${'k'.repeat(24)}` };
  expect(readGatewayConfig({ ...gateway, ...shown })).toEqual(readGatewayConfig(gateway));
});

test('the gateway names every bad setting and key at once, without their values', () => {
  const long = 'canary'.repeat(4);
  const read = () =>
    readGatewayConfig({
      ...needed,
      GATEWAY_PORT: '70000',
      GATEWAY_KEY_HEADER: 'x key',
      GATEWAY_KEYS: `shop:checkout:${long} shop:admin:${long}x, ops:root:${long}y ops:admin:canary twin:admin:${long}`,
    });

  expect(read).toThrow(ConfigError);
  for (const problem of [
    'GATEWAY_PORT must be a port',
    'GATEWAY_KEY_HEADER must be the name of a header',
    'entry 2 gives a name a second role',
    'entry 3 must be name:role:key',
    'entry 4 must be name:role:key',
    'entry 5 repeats a key',
  ]) {
    expect(read).toThrow(problem);
  }
  expect(read).not.toThrow('canary');
  expect(() => readGatewayConfig(needed)).toThrow('GATEWAY_KEYS is missing');
  expect(() => readGatewayConfig({ ...needed, GATEWAY_KEYS: ' , ' })).toThrow('GATEWAY_KEYS has no key');
});

test('two order token keys of one id are refused: one would never be tried', () => {
  const read = (ids: string[]) =>
    readGatewayConfig({
      ...{ ...needed, GATEWAY_KEYS: `shop:checkout:${'k'.repeat(24)}` },
      ORDER_TOKEN_KEYS: ids.map((id, n) => `${id}:${String(n).repeat(32)}`).join(' '),
    });
  expect(() => read(['k1', 'k1'])).toThrow('ORDER_TOKEN_KEYS must have two ids');
  expect(read(['k2', 'k1']).sales.orderTokenKeys.map(({ id }) => id)).toEqual(['k2', 'k1']);
});

test('a name may have two keys of one role, so that one can be replaced', () => {
  const [old, fresh] = ['o', 'n'].map((letter) => letter.repeat(24));
  const { keys, keyHeader } = readGatewayConfig({
    ...needed,
    GATEWAY_KEYS: `shop:checkout:${old}\n  shop:checkout:${fresh}`,
    GATEWAY_KEY_HEADER: 'X-TMT-Key',
  });

  expect(keys).toEqual([
    { name: 'shop', role: 'checkout', key: old },
    { name: 'shop', role: 'checkout', key: fresh },
  ]);
  expect(keyHeader, 'as Node gives headers').toBe('x-tmt-key');
});
