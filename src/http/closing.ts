import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { App } from './app.ts';

/**
 * Answers that are given while the server closes end their connection. Else a client's pool would keep it open, and
 * the close waiting, until the idle time of a connection is over. A request that does not come whole in its time is
 * dropped: Node looks for slow requests no more once it closes, and would wait for as long as the client likes.
 */
export function closeConnectionsAtTheEnd(app: App, requestWithinMs: number): void {
  const connections = new Map<Socket, { request: IncomingMessage; response: ServerResponse } | undefined>();
  app.server.on('connection', (socket) => {
    connections.set(socket, undefined);
    socket.once('close', () => connections.delete(socket));
  });
  app.server.on('request', (request, response) => connections.set(request.socket, { request, response }));

  let closing: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    closing = setTimeout(() => {
      for (const [socket, last] of connections) {
        const isBeingAnswered = last?.request.complete && !last.response.writableFinished;
        if (!isBeingAnswered) socket.destroy();
      }
    }, requestWithinMs).unref();
  });
  app.addHook('onClose', async () => clearTimeout(closing));
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}
