import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Connection, openConnection } from '../connection.ts';
import { closedLoop, openLoop, quantile, type Round } from './load.ts';
import { changeTo, restingMemory } from './memory.ts';
import { createSeats, echo, sell } from './sequences.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const CREDENTIALS = `authorization: Basic ${btoa('seatsio-demo-secret:')}`;
const ROUNDS = 5;
const ROUND_MS = 1_000;
const CONNECTIONS = 16;
const OPEN_LOOP_MS = 8_000;
const OPEN_LOOP_PER_SECOND = 1_000;
/** As long as the answer to a hold of one seat. */
const ANSWER_SIZE = 700;
/** Of the rate that is due, the sequences that were begun at the very end are not there yet. */
const SUSTAINED = 0.99 * OPEN_LOOP_PER_SECOND;
const RATIO_AT_LEAST = 0.25;
const CPU_AT_MOST = 3;
const MEMORY_AT_MOST = 1.1;
const BEST_AVAILABLE = [2, 100, 5_000];

const say = (line: string) => void process.stdout.write(`${line}\n`);
const { values } = parseArgs({ options: { memory: { type: 'boolean', default: false } } });

interface Side {
  server: ServerProcess;
  connections: Connection[];
  sequence: (connection: Connection) => Promise<void>;
  rounds: { round: Round; cpuMsPerSequence: number }[];
}

async function measure({ server, connections, sequence, rounds }: Side): Promise<void> {
  const before = server.cpuMs();
  const round = await closedLoop(connections, ROUND_MS, sequence);
  rounds.push({ round, cpuMsPerSequence: (server.cpuMs() - before) / round.latencies.length });
}

const median = (numbers: number[]) =>
  quantile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  );
const open = (url: string, count: number) =>
  Promise.all(Array.from({ length: count }, () => openConnection(url, CREDENTIALS)));

async function newEvent(connection: Connection, event: string): Promise<void> {
  const { status } = await connection.call(
    'POST',
    '/events',
    JSON.stringify({ chartKey: 'arena', eventKey: event }),
  );
  if (status !== 201) throw new Error(`the event was answered with ${status}`);
}

/** @returns the bounds that were missed, each as a line for a person */
async function run(standIn: ServerProcess, bare: ServerProcess): Promise<string[]> {
  const { seatsio = '', admin = '' } = standIn.urls;
  // The server is measured here, not its ceilings.
  await fetch(`${admin}/seatsio/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"ceilings":{"priority":100000}}',
  });
  const ours: Side = {
    server: standIn,
    connections: await open(seatsio, CONNECTIONS),
    sequence: async () => {},
    rounds: [],
  };
  const theirs: Side = {
    server: bare,
    connections: await open(bare.urls.url ?? '', CONNECTIONS),
    sequence: (connection) => echo(connection, ANSWER_SIZE),
    rounds: [],
  };
  const [first] = ours.connections;
  if (first === undefined) throw new Error('no connection');

  for (let round = 0; round <= ROUNDS; round += 1) {
    await newEvent(first, `closed-${round}`);
    const seat = createSeats();
    ours.sequence = (connection) => sell(connection, `closed-${round}`, seat());
    await measure(theirs);
    await measure(ours);
    // The first round warms both up.
    if (round === 0) for (const side of [ours, theirs]) side.rounds.length = 0;
  }
  const rate = ({ rounds }: Side) => median(rounds.map(({ round }) => round.sequencesPerSecond));
  const ratios = ours.rounds.map(
    ({ round }, index) =>
      round.sequencesPerSecond / (theirs.rounds[index]?.round.sequencesPerSecond ?? Number.NaN),
  );
  const cpu = ({ rounds }: Side) => median(rounds.map(({ cpuMsPerSequence }) => cpuMsPerSequence));
  const p99 = ({ rounds }: Side) => median(rounds.map(({ round }) => quantile(round.latencies, 0.99)));
  say(
    `closed loop, ${CONNECTIONS} connections, sequences/s: stand-in ${rate(ours).toFixed(0)}, echo ${rate(theirs).toFixed(0)}`,
  );
  say(`p99 of a sequence, ms: stand-in ${p99(ours).toFixed(1)}, echo ${p99(theirs).toFixed(1)}`);
  say(`CPU of the server, ms a sequence: stand-in ${cpu(ours).toFixed(3)}, echo ${cpu(theirs).toFixed(3)}`);

  await newEvent(first, 'open');
  const seat = createSeats();
  const steady = await openLoop(ours.connections, OPEN_LOOP_MS, OPEN_LOOP_PER_SECOND, (connection) =>
    sell(connection, 'open', seat()),
  );
  const steadyEcho = await openLoop(theirs.connections, OPEN_LOOP_MS, OPEN_LOOP_PER_SECOND, theirs.sequence);
  const told = ({ sequencesPerSecond, latencies }: Round) =>
    `${sequencesPerSecond.toFixed(0)}/s, p50 ${quantile(latencies, 0.5).toFixed(1)}, p99 ${quantile(latencies, 0.99).toFixed(1)} ms`;
  say(`open loop of ${OPEN_LOOP_PER_SECOND} sequences/s: stand-in ${told(steady)}; echo ${told(steadyEcho)}`);

  await newEvent(first, 'best');
  for (const number of BEST_AVAILABLE) {
    const before = performance.now();
    const body = JSON.stringify({ status: 'looked-at', bestAvailable: { number } });
    const { status } = await first.call('POST', '/events/best/actions/change-object-status', body);
    if (status !== 200) throw new Error(`best available was answered with ${status}`);
    say(`best available of ${number} in the arena: ${(performance.now() - before).toFixed(0)} ms`);
  }

  let memory = 0;
  if (values.memory) {
    await newEvent(first, 'memory');
    let changes = await changeTo(first, 'memory', 0, 100_000);
    const early = await restingMemory(standIn);
    changes = await changeTo(first, 'memory', changes, 1_000_000);
    const late = await restingMemory(standIn);
    memory = late / early;
    const mb = (bytes: number) => (bytes / 1_048_576).toFixed(0);
    say(
      `resident memory, MB: ${mb(early)} after 100,000 changes, ${mb(late)} after ${changes}: ratio ${memory.toFixed(2)}`,
    );
  }
  for (const { connections } of [ours, theirs]) for (const connection of connections) connection.close();
  const ratio = median(ratios);
  const cpuTimes = cpu(ours) / cpu(theirs);
  say(
    `stand-in bench: ratio ${ratio.toFixed(2)} of the echo's rate, CPU ${cpuTimes.toFixed(1)} times, ` +
      `${steady.sequencesPerSecond.toFixed(0)} sequences/s sustained`,
  );
  return [
    ...(ratio < RATIO_AT_LEAST ? [`the rate is to be ${RATIO_AT_LEAST} of the echo's at least`] : []),
    ...(cpuTimes > CPU_AT_MOST ? [`the CPU is to be ${CPU_AT_MOST} times the echo's at most`] : []),
    ...(steady.sequencesPerSecond < SUSTAINED
      ? [`${OPEN_LOOP_PER_SECOND} sequences/s are to be sustained`]
      : []),
    ...(memory > MEMORY_AT_MOST ? [`memory is to grow by ${MEMORY_AT_MOST} times at most`] : []),
  ];
}

const dataDir = await mkdtemp(join(tmpdir(), 'stand-in-bench-'));
const bare = await startServer('dist/bench/stand-in/echo.js', []);
const standIn = await startServer('dist/emulators/main.js', ['--admin-port', '0', '--data', dataDir]);
try {
  say(
    `${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`,
  );
  const missed = await run(standIn, bare);
  for (const bound of missed) say(`missed: ${bound}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
} finally {
  await Promise.all([standIn.stop(), bare.stop()]);
  await rm(dataDir, { recursive: true, force: true });
}
