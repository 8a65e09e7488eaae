import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Ends the registered process groups if this process dies without doing it, however it dies. */
export interface Guard {
  add(leader: number): void;
  gone(leader: number): void;
  /** Tells the guard that nothing is left to do and waits until it has left. */
  dismiss(): Promise<void>;
}

/**
 * The guard is a small shell in a session of its own: neither Ctrl-C nor a closing terminal reaches it, and
 * the end of its input tells it that we are gone, even by SIGKILL, of which we cannot clean up ourselves.
 * The newest group is told first, so a worker hears it before its server.
 */
const SCRIPT = `
groups=
while read -r verb leader; do
  case $verb in
    add) groups="$leader $groups" ;;
    gone) left=; for g in $groups; do [ "$g" = "$leader" ] || left="$left $g"; done; groups=$left ;;
    dismiss) exit 0 ;;
  esac
done
for g in $groups; do kill -s TERM -- "-$g"; done
tries=0
while [ $tries -lt 50 ]; do
  alive=; for g in $groups; do kill -s 0 -- "-$g" && alive=1; done
  [ -n "$alive" ] || exit 0
  sleep 0.2; tries=$((tries + 1))
done
for g in $groups; do kill -s KILL -- "-$g"; done
`;

export function startGuard(): Guard {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'checkout-saga-guard'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  // Without a shell there is no guard; the lock file's record of children is the second line.
  const exited = Promise.race([once(shell, 'exit'), once(shell, 'error')]).catch(() => undefined);
  shell.stdin.on('error', () => undefined);
  return {
    add: (leader) => void shell.stdin.write(`add ${leader}\n`),
    gone: (leader) => void shell.stdin.write(`gone ${leader}\n`),
    async dismiss() {
      // Not waited for until now: the guard alone must not keep this process alive.
      shell.ref();
      shell.stdin.end('dismiss\n');
      await exited;
    },
  };
}
