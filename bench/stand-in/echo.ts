import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A bare HTTP server that parses a JSON body and sends it back: what HTTP alone costs in Node. */
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (part) => {
    text += String(part);
  });
  request.on('end', () => {
    const body = JSON.stringify(JSON.parse(text === '' ? '{}' : text));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
});
// As the stand-ins do: connections rest while the other side is measured.
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
