import { randomUUID } from 'node:crypto';

/** A refusal that the vendor's API would give; nothing of the call has taken effect. */
export class VendorError extends Error {
  override readonly name = 'VendorError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The body that 400, 404 and 429 have; 401 and 403 have none. */
export function errorBody(status: number, ...errors: Pick<VendorError, 'code' | 'message'>[]): object {
  return {
    status,
    messages: errors.map(({ message }) => message),
    errors: errors.map(({ code, message }) => ({ code, message })),
    warnings: [],
    requestId: randomUUID(),
  };
}

export const invalid = (message: string) => new VendorError(400, 'GENERAL_ERROR', message);

/** Codes of refused seats are documented nowhere, so all of them have this one: callers must not branch on it. */
export const illegalChange = (message: string) => new VendorError(400, 'ILLEGAL_STATUS_CHANGE', message);

/** `workspaceKey` is named in the message, as the vendor does for what lives in one. */
export function notFound(
  what: 'Chart' | 'Event' | 'Workspace' | 'Channel' | 'Season',
  key: string,
  workspaceKey?: string,
): VendorError {
  const place = workspaceKey === undefined ? '' : ` was not found in workspace ${workspaceKey}`;
  return new VendorError(404, `${what.toUpperCase()}_NOT_FOUND`, `${what} not found: ${key}${place}`);
}

export const tokenNotFound = () =>
  new VendorError(404, 'HOLD_TOKEN_NOT_FOUND', 'Hold token not found or expired');
