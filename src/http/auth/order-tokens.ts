import type { webcrypto } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';

/** A secret that signs order tokens; its id stands in each token, so that two may be live while one is exchanged. */
export interface OrderTokenKey {
  id: string;
  secret: string;
}

export interface OrderToken {
  token: string;
  /** ISO 8601 */
  expiresAt: string;
}

/** What a buyer shows to read and cancel one order, and nothing else. It names no buyer. */
export interface OrderTokens {
  /** @param deadline of the order, ISO 8601: the token outlives it by a day. Undefined without a key to sign with */
  issue(order: { orderId: string; owner: string; deadline: string }): Promise<OrderToken | undefined>;
  /** Whose order it is; undefined unless the token was issued for this very order, and has not ended. */
  verify(token: string, orderId: string): Promise<{ owner: string } | undefined>;
}

const ALGORITHM = 'HS256';
const TYPE = 'order+jwt';
const ISSUER = 'checkout-saga';
const OUTLIVES_DEADLINE_MS = 24 * 60 * 60 * 1000;

/** @param keys the first one signs, all of them are accepted; with none, no token is issued or accepted */
export function createOrderTokens(keys: readonly OrderTokenKey[]): OrderTokens {
  const secrets = new Map(keys.map(({ id, secret }) => [id, importKey(secret)]));
  const [first] = keys;

  return {
    async issue({ orderId, owner, deadline }) {
      const secret = first && secrets.get(first.id);
      if (!first || !secret) return undefined;
      const expiresAt = new Date(Date.parse(deadline) + OUTLIVES_DEADLINE_MS);
      const token = await new SignJWT({ own: owner })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: first.id })
        .setIssuer(ISSUER)
        .setAudience(orderId)
        .setIssuedAt()
        .setExpirationTime(expiresAt)
        .sign(await secret);
      return { token, expiresAt: expiresAt.toISOString() };
    },

    async verify(token, orderId) {
      try {
        const secretOf = ({ kid }: { kid?: string }) => {
          const secret = secrets.get(kid ?? '');
          if (secret === undefined) throw new errors.JOSEError('no such key');
          return secret;
        };
        const { payload } = await jwtVerify(token, secretOf, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          audience: orderId,
          requiredClaims: ['exp', 'iat', 'own'],
        });
        // One order, as a text: a list could name others beside it.
        if (payload.aud !== orderId || typeof payload.own !== 'string') return undefined;
        return { owner: payload.own };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

/** Once, for a text would be made a key of for every token. */
function importKey(secret: string): Promise<webcrypto.CryptoKey> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), hmac, false, ['sign', 'verify']);
}
