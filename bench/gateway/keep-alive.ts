import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One request over a kept connection, as a shop's server makes it. @throws Error unless it is answered with 2xx */
export function ask(url: string, key: string, body?: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      'x-api-key': key,
      ...(text !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      }),
    };
    const sent = request(url, { agent, method: text === undefined ? 'GET' : 'POST', headers }, (answer) => {
      const { statusCode = 0 } = answer;
      let said = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        said += chunk;
      });
      answer.once('end', () => {
        if (statusCode < 300) resolve();
        else reject(new Error(`answered with ${statusCode}: ${said}`));
      });
    });
    sent.once('error', reject);
    sent.end(text);
  });
}
