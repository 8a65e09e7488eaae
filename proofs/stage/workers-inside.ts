import { join } from 'node:path';
import type { PayloadCodec } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { projectRoot } from '../../dev/project-root.ts';
import { readConfig } from '../../src/config.ts';
import { createWorkers } from '../../src/workers.ts';
import type { Stage } from './stage.ts';

const BUNDLE = join(projectRoot, 'dist/src/workflow-bundle.js');

export type WorkersInside = Awaited<ReturnType<typeof startWorkersInside>>;

/**
 * The product's workers inside this process, on a queue of their own, with a codec that can hold back what they
 * are about to say. Once in a process.
 */
export async function startWorkersInside(stage: Stage, codec: PayloadCodec) {
  const taskQueue = `inside-${process.pid}-${Date.now().toString(36)}`;
  // A step that fails is what this is all about, and no news.
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address: String(stage.env.TEMPORAL_ADDRESS) });
  const workers = await createWorkers(
    readConfig({ ...stage.env, TASK_QUEUE: taskQueue, SHUTDOWN_GRACE_SECONDS: '1' }),
    {
      connection,
      namespace: String(stage.env.TEMPORAL_NAMESPACE),
      workflows: { workflowBundle: { codePath: BUNDLE } },
      dataConverter: { payloadCodecs: [codec] },
    },
  );
  const running = workers.map((worker) => worker.run());
  return {
    taskQueue,
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
    },
  };
}
