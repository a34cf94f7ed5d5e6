import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import type { TokenService } from './token-service.ts';

/** Microsoft identity platform access tokens, Validate tokens: signature, issuer, audience and lifetime. */
export function faultOfToken(
  token: string,
  tokens: Pick<TokenService, 'keys' | 'url'>,
  audience: string,
): string | undefined {
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = decode(head);
  const claims = decode(body);
  const jwk = tokens.keys().find((one) => one['kid'] === header?.['kid']);
  if (header === undefined || claims === undefined || jwk === undefined || header['alg'] !== 'RS256') {
    return 'AKV10022: Invalid token.';
  }
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) {
    return 'AKV10012: Token signature is invalid.';
  }
  if (claims['iss'] !== tokens.url) return 'AKV10032: Invalid issuer.';
  if (claims['aud'] !== audience) return 'AKV10022: Invalid audience.';
  const now = Date.now() / 1000;
  const { exp, nbf } = claims;
  if (typeof exp !== 'number' || exp <= now) return '[TokenExpired] Error validating token.';
  if (typeof nbf === 'number' && nbf > now + 300) return 'AKV10023: Token is not yet valid.';
  return undefined;
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Not a token: the caller rejects it.
    return undefined;
  }
}
