import { type Connection, openConnection } from '../connection.ts';

/** A shop's server, with as little work of its own as can be: it is the gateway that is measured. */
export function createCaller(url: string, key: string) {
  const idle: Connection[] = [];
  const take = (): Connection | undefined => {
    const connection = idle.pop();
    return connection === undefined || connection.isOpen() ? connection : take();
  };
  return {
    /** One request over a kept connection. @throws Error unless it is answered with 2xx */
    async call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<void> {
      const connection = take() ?? (await openConnection(url, `x-api-key: ${key}`));
      const text = body === undefined ? '' : JSON.stringify(body);
      const answer = await connection.call(method, path, text);
      idle.push(connection);
      if (answer.status >= 300) throw new Error(`answered with ${answer.status}: ${answer.body}`);
    },
    close: () => {
      for (const connection of idle) connection.close();
    },
  };
}
