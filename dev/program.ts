import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

/** A command and the arguments that come before all others. */
export interface Program {
  command: string;
  args: readonly string[];
}

/**
 * A compiled entry file of the project, to be run by this Node.
 *
 * @param path below `dist/`
 * @throws Error when it was not built
 */
export function builtProgram(path: string): Program {
  const file = join(projectRoot, 'dist', path);
  if (!existsSync(file)) throw new Error(`dist/${path} is not there: run \`npm run build\` first`);
  return { command: process.execPath, args: ['--enable-source-maps', file] };
}
