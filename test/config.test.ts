import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { tokenMinutes } from '../src/checkout/terms.ts';
import { ConfigError, readClientConfig, readConfig, settingNames, toTerms } from '../src/config.ts';

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
  });
});

test('the default promise is ten minutes, on a token of eleven whole ones', () => {
  const { terms } = readClientConfig({});

  expect(terms).toEqual({ holdMs: 600_000, graceMs: 60_000 });
  expect(tokenMinutes(terms)).toBe(11);
  expect(tokenMinutes(toTerms(0.2, 1)), 'fractions are rounded up').toBe(2);
});

test('.env.example names every setting, and no other', async () => {
  const example = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
  const named = [...example.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);

  expect(named.toSorted()).toEqual(settingNames.toSorted());
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
});
