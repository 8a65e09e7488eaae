import type { App } from './app.ts';
import { HttpProblem } from './problem.ts';

/** Ten times what any request of ours has. What reads or writes JSON step by step into the depth has an end. */
const MOST_NESTED = 32;

/**
 * From here on, JSON bodies of this scope are read with a limit of how deep they are nested; keys that would
 * change a prototype are refused.
 *
 * @param mayBeEmpty whether a call without parameters may say that it sends JSON, and send nothing
 */
export function takeJson(app: App, { mayBeEmpty = false } = {}): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '' && mayBeEmpty) done(null, undefined);
    else if (isDeeperThan(MOST_NESTED, text)) done(tooDeep());
    else void parse(request, text, done);
  });
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/** Of a text that may not be JSON at all; brackets inside of strings do not count. */
function isDeeperThan(most: number, text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted && code === BACKSLASH) at += 1;
    else if (code === QUOTE) quoted = !quoted;
    else if (!quoted && OPENING.includes(code)) depth += 1;
    else if (!quoted && CLOSING.includes(code)) depth -= 1;
    if (depth > most) return true;
  }
  return false;
}

function tooDeep(): HttpProblem {
  return new HttpProblem('bad_request', `The body is nested more than ${MOST_NESTED} deep.`);
}
