import type { Connection } from '../connection.ts';

const CHANGE = '/events/groups/actions/change-object-status?expand=objects';

/** The seats of an event in the arena, each given out once. */
export function createSeats(): () => string {
  let next = 0;
  return () => {
    const section = ['North', 'East', 'South', 'West'][next % 4] ?? '';
    const number = Math.floor(next / 4) % 10;
    const seat = Math.floor(next / 40);
    next += 1;
    if (seat >= 450) throw new Error('the arena is sold out');
    return `${section} ${number + 1}-${String.fromCharCode(65 + Math.floor(seat / 18))}-${1 + (seat % 18)}`;
  };
}

/** What a buyer costs Seats.io: token, hold and book, three calls. Throws unless each is answered as it should. */
export async function sell(connection: Connection, event: string, label: string): Promise<void> {
  const send = async (path: string, body: string) => {
    const answer = await connection.call('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path} was answered with ${answer.status}: ${answer.body}`);
    return answer.body;
  };
  const { holdToken } = JSON.parse(await send('/hold-tokens', '{"expiresInMinutes":11}')) as {
    holdToken: string;
  };
  const common = `"events":["${event}"],"objects":[{"objectId":"${label}"}],"holdToken":"${holdToken}"`;
  const order = '"orderId":"order-of-somebody-1","type":"CHANGE_STATUS_TO"';
  await send(CHANGE, `{${common},${order},"status":"reservedByToken"}`);
  await send(CHANGE, `{${common},${order},"status":"booked"}`);
}

/** The echo's side of it: three calls with bodies as large as the stand-in's answers. */
export async function echo(connection: Connection, size: number): Promise<void> {
  const body = JSON.stringify({ padding: 'x'.repeat(size) });
  await connection.call('POST', '/', '{"expiresInMinutes":11}');
  await connection.call('POST', '/', body);
  await connection.call('POST', '/', body);
}
