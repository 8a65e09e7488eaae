import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { FaultAction } from './fault-script.ts';
import type { Hit } from './faults.ts';

/** Plays the faults that befall a call before the stand-in acts. Does not return if the call ends here. */
export async function breakRequest(hits: readonly Hit[], reply: FastifyReply): Promise<void> {
  const early = hits.flatMap(({ action, released, begin }) => {
    if (!('when' in action) || action.when === 'after') return [];
    begin();
    return [{ action, released }];
  });
  for (const { action, released } of early) await play(action, released, reply);
}

/** Plays the faults that befall the answer to a call whose effect is committed; gives the payload to send. */
export async function breakAnswer(
  hits: readonly Hit[],
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  let answer = payload;
  for (const { action, released, begin } of hits) {
    if (!('when' in action) || action.when === 'after') begin();
    if (action.type === 'garbage') {
      reply.code(200).header('content-type', 'application/json').removeHeader('content-length');
      answer = '{"objects": {"broken';
    } else if (action.type === 'truncate') {
      await sendHalf(reply, typeof payload === 'string' ? payload : '{"objects": {}}');
    } else if (action.when === 'after') {
      await play(action, released, reply);
    }
  }
  return answer;
}

type Timed = Extract<FaultAction, { when: 'before' | 'after' }>;

async function play(action: Timed, released: Promise<void>, reply: FastifyReply): Promise<void> {
  switch (action.type) {
    case 'pause':
      return released;
    case 'delay':
      return sleep(action.ms);
    case 'drop':
      reply.raw.socket?.destroy();
      return never();
    case 'hang':
      return never();
    case 'status':
      return answerInstead(action, reply);
  }
}

/** Written to the socket by hand: Node's own response always carries a reason phrase. */
function answerInstead(
  action: Extract<FaultAction, { type: 'status' }>,
  reply: FastifyReply,
): Promise<never> {
  const { status, body, reason = STATUS_CODES[status] ?? '' } = action;
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  const headers = Object.entries({
    ...(text === '' ? {} : { 'content-type': type }),
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
    ...action.headers,
  });
  const head = [`HTTP/1.1 ${status} ${reason}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  reply.raw.socket?.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  return never();
}

function sendHalf(reply: FastifyReply, payload: string): Promise<never> {
  const bytes = Buffer.from(payload);
  const { socket } = reply.raw;
  reply.raw.writeHead(reply.statusCode, {
    'content-type': 'application/json',
    'content-length': String(bytes.length),
  });
  reply.raw.write(bytes.subarray(0, bytes.length / 2), () => socket?.destroy());
  return never();
}

/** The call ends here: Fastify must not go on with it. The promise is collected with its request. */
function never(): Promise<never> {
  return new Promise(() => {});
}
