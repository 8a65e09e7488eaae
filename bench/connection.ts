import { connect, type Socket } from 'node:net';

/** One keep-alive connection, one call at a time, with as little work of its own as can be. */
export interface Connection {
  call(method: 'GET' | 'POST', path: string, body: string): Promise<{ status: number; body: string }>;
  /** False once the server has closed it: one that rests too long is. */
  isOpen(): boolean;
  close(): void;
}

/**
 * Opens a connection to `http://host:port`. It reads answers that have a content-length, or no body.
 *
 * @param credentials the header that every call carries
 */
export async function openConnection(url: string, credentials: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = await connected(Number(port), hostname);
  let received = '';
  let waiting:
    | { resolve: (answer: { status: number; body: string }) => void; reject: (error: Error) => void }
    | undefined;

  const settle = () => {
    const end = received.indexOf('\r\n\r\n');
    if (end < 0 || waiting === undefined) return;
    const head = received.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (received.length < end + 4 + length) return;
    const answer = { status: Number(head.slice(9, 12)), body: received.slice(end + 4, end + 4 + length) };
    received = received.slice(end + 4 + length);
    const { resolve } = waiting;
    waiting = undefined;
    resolve(answer);
  };
  // Every answer of the measured calls is ASCII, so characters are bytes.
  socket.setEncoding('latin1').on('data', (part) => {
    received += String(part);
    settle();
  });
  const closed = new Error('the server has closed the connection');
  socket.on('close', () => waiting?.reject(closed));
  socket.on('error', () => {});

  return {
    call: (method, path, body) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(closed);
        waiting = { resolve, reject };
        socket.write(
          `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${credentials}\r\n` +
            `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
      }),
    isOpen: () => !socket.destroyed && socket.readyState === 'open',
    close: () => socket.destroy(),
  };
}

function connected(port: number, host: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}
