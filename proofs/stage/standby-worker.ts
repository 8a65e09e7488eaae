import { once } from 'node:events';
import '../../src/workers.ts';

/**
 * The product's worker, with all that takes long to load in memory, waiting for a word on its input: a test
 * that kills a worker measures how the next one goes on, and not how long a busy machine takes to start a process.
 */
process.stdout.write('{"msg":"standing by"}\n');
await once(process.stdin, 'data');
process.stdin.destroy();
await import('../../src/worker.ts');
