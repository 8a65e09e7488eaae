import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that was free a moment ago: the preferred one if nobody listens there, else one that
 * the system picks. Somebody may still take it before it is used: see `onFreePorts`.
 */
export async function freePort(preferred: number, taken: readonly number[] = []): Promise<number> {
  if (!taken.includes(preferred) && (await canListen(preferred)) !== undefined) return preferred;
  const port = await canListen(0);
  if (port === undefined) throw new Error('no free port on 127.0.0.1');
  return taken.includes(port) ? freePort(0, taken) : port;
}

const START_TRIES = 3;

/**
 * Starts what listens on free ports, and with others once more, when somebody took one between our look and its
 * listening.
 *
 * @param start looks for the ports itself
 * @throws what `start` throws, if it is not that, or again and again
 */
export async function onFreePorts<T>(start: () => Promise<T>, progress: (line: string) => void): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await start();
    } catch (error) {
      const isTaken = error instanceof Error && /already in use/.test(error.message);
      if (!isTaken || tried === START_TRIES) throw error;
      progress('a port was taken meanwhile, trying others');
    }
  }
}

function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
