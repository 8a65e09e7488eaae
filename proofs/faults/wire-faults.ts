import type { Kind, When } from './cell.ts';
import type { System } from './writes.ts';

const HTML = '<html><body>Please wait</body></html>';

/** A plain no, as each remote says it. */
const REFUSALS: Record<System, { status: number; body: unknown }> = {
  seatsio: {
    status: 400,
    body: { status: 400, messages: ['no'], errors: [{ code: 'GENERAL_ERROR', message: 'no' }] },
  },
  stripe: {
    status: 402,
    body: { error: { type: 'card_error', code: 'card_declined', message: 'declined' } },
  },
  tmt: { status: 400, body: { status: 400, message: 'Error', data: { valido: false } } },
};

/** The action of the stand-in. A call at which the worker is killed hangs: the kill ends it. */
export function actionOf(kind: Kind, when: When, system: System): object {
  switch (kind) {
    case 'error':
      return { type: 'status', status: 503, when };
    case 'throttled':
      return { type: 'status', status: 429, when, headers: { 'retry-after': '1' } };
    case 'refusal':
      return { type: 'status', when, ...REFUSALS[system] };
    case 'hang':
    case 'kill':
      return { type: 'hang', when };
    case 'drop':
      return { type: 'drop', when };
    case 'nonsense':
      return when === 'after' ? { type: 'garbage' } : { type: 'status', status: 200, when, body: HTML };
    case 'cut':
      return when === 'after' ? { type: 'truncate' } : halfAnAnswer;
  }
}

const halfAnAnswer = {
  type: 'status',
  status: 200,
  when: 'before',
  body: '{"objects": {"A-1": {"sta',
  headers: { 'content-type': 'application/json', 'content-length': '400' },
};
