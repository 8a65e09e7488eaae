/** So deep is no body that means well; what JSON and SQLite can still write ends at about a thousand. */
const DEEPEST = 100;

/**
 * Throws what a stand-in answers with 400: a body that is nested too deeply to be written down again, has a
 * name that a copy of the object would not have, or text that SQLite would give back changed (cut at a NUL, half of a
 * surrogate pair replaced), so that what is kept in memory under it would be lost at a restart.
 */
export function checkBody(body: unknown): void {
  check(body, 0);
}

function check(value: unknown, depth: number): void {
  if (typeof value === 'string') checkText(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth === DEEPEST) throw badRequest(`The body is nested deeper than ${DEEPEST} levels`);
  if (Array.isArray(value)) {
    for (const item of value) check(item, depth + 1);
    return;
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') throw badRequest('The body has an object with the name __proto__');
    checkText(name);
    check((value as Record<string, unknown>)[name], depth + 1);
  }
}

/** The same for a URL; half of a surrogate pair cannot be decoded from one. */
export function checkUrl(url: string): void {
  if (url.includes('%00')) throw badRequest('The URL contains a NUL character');
}

function checkText(text: string): void {
  if (text.includes('\0')) throw badRequest('The body contains a NUL character');
  if (!text.isWellFormed()) throw badRequest('The body contains half of a surrogate pair');
}

function badRequest(message: string): Error {
  return Object.assign(new Error(message), { statusCode: 400 });
}
