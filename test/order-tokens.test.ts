import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createOrderTokens } from '../src/http/auth/order-tokens.ts';

const today = { id: 'k2', secret: 'order-token-secret-of-today-0000000' };
const yesterday = { id: 'k1', secret: 'order-token-secret-of-yesterday-000' };
const tokens = createOrderTokens([today, yesterday]);
const order = { orderId: 'order-1', owner: 'shop', deadline: new Date(Date.now() + 600_000).toISOString() };

const issue = async (by = tokens, more = {}) => (await by.issue({ ...order, ...more }))?.token ?? '';

test('a token is good for its own order and for no other', async () => {
  const token = await issue();
  expect(await tokens.verify(token, 'order-1')).toEqual({ owner: 'shop' });
  for (const other of ['order-2', 'order-', 'order-11', '', 'shop']) {
    expect(await tokens.verify(token, other)).toBeUndefined();
  }
});

test('it ends a day after the deadline', async () => {
  const dayMs = 24 * 60 * 60 * 1000;
  expect(await tokens.issue(order)).toMatchObject({
    expiresAt: new Date(Date.parse(order.deadline) + dayMs).toISOString(),
  });
  const ended = await issue(tokens, { deadline: new Date(Date.now() - dayMs - 1_000).toISOString() });
  expect(await tokens.verify(ended, 'order-1')).toBeUndefined();
});

test('the first key signs; the second is accepted until it is taken away; without a key there are no tokens', async () => {
  const old = await issue(createOrderTokens([yesterday]));
  expect(await tokens.verify(old, 'order-1')).toEqual({ owner: 'shop' });
  expect(await createOrderTokens([today]).verify(old, 'order-1')).toBeUndefined();
  expect(await createOrderTokens([yesterday]).verify(await issue(), 'order-1')).toBeUndefined();
  expect(await createOrderTokens([]).issue(order)).toBeUndefined();
  expect(await createOrderTokens([]).verify(old, 'order-1')).toBeUndefined();
});

test('it names no buyer and carries no hold', async () => {
  const [, body = ''] = (await issue()).split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'own']);
});

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (text: string, alg = 'sha256') => createHmac(alg, today.secret).update(text).digest('base64url');
const header = { alg: 'HS256', typ: 'order+jwt', kid: 'k2' };
const claims = {
  ...{ own: 'shop', iss: 'checkout-saga', aud: 'order-1' },
  ...{ iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 600 },
};
const signed = (head: object, body: object, alg?: string) => {
  const text = `${base64(head)}.${base64(body)}`;
  return `${text}.${hmac(text, alg)}`;
};
const { exp: _exp, ...endless } = claims;
const { own: _own, ...ownerless } = claims;

test('one that is made like them is accepted, so that the changes below are what is refused', async () => {
  expect(await tokens.verify(signed(header, claims), 'order-1')).toEqual({ owner: 'shop' });
});

test.each([
  ['no algorithm', `${base64({ ...header, alg: 'none' })}.${base64(claims)}.`],
  ['another algorithm, by the same key', signed({ ...header, alg: 'HS512' }, claims, 'sha512')],
  ['a public-key algorithm', signed({ ...header, alg: 'RS256' }, claims)],
  ['no key id', signed({ alg: 'HS256', typ: 'order+jwt' }, claims)],
  ['a key id that is not live', signed({ ...header, kid: 'k3' }, claims)],
  ['the id of the other key', signed({ ...header, kid: 'k1' }, claims)],
  ['a key of its own', signed({ ...header, jwk: { kty: 'oct', k: 'AAAA' } }, { ...claims, aud: 'order-2' })],
  ['another type', signed({ ...header, typ: 'JWT' }, claims)],
  ['a critical extension', signed({ ...header, crit: ['x'], x: 1 }, claims)],
  ['another issuer', signed(header, { ...claims, iss: 'somebody' })],
  ['a list of orders', signed(header, { ...claims, aud: ['order-1', 'order-2'] })],
  ['no order', signed(header, { ...claims, aud: undefined })],
  ['no end', signed(header, endless)],
  ['no owner', signed(header, ownerless)],
  ['an owner that is no text', signed(header, { ...claims, own: { name: 'shop' } })],
  ['an end that is over', signed(header, { ...claims, exp: claims.iat - 1 })],
  ['a beginning to come', signed(header, { ...claims, nbf: claims.exp })],
  [
    'another order after it was signed',
    signed(header, claims).replace(/\.[\w-]+\./, `.${base64({ ...claims, own: 'x' })}.`),
  ],
  ['no signature', signed(header, claims).replace(/[^.]+$/, '')],
  ['half a token', signed(header, claims).slice(0, 40)],
  ['nothing', ''],
])('a token with %s is refused', async (_what, token) => {
  expect(await tokens.verify(token, 'order-1')).toBeUndefined();
});

test('a token by a wrong secret is refused', async () => {
  const forged = await new SignJWT({ own: 'shop' })
    .setProtectedHeader({ alg: 'HS256', typ: 'order+jwt', kid: 'k2' })
    .setIssuer('checkout-saga')
    .setAudience('order-1')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode('a-secret-that-nobody-has-given-00000'));
  expect(await tokens.verify(forged, 'order-1')).toBeUndefined();
});
