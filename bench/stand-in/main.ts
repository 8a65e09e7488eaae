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

async function run(standIn: ServerProcess, bare: ServerProcess): Promise<void> {
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

  if (values.memory) {
    await newEvent(first, 'memory');
    let changes = await changeTo(first, 'memory', 0, 100_000);
    const early = await restingMemory(standIn);
    changes = await changeTo(first, 'memory', changes, 1_000_000);
    const late = await restingMemory(standIn);
    const mb = (bytes: number) => (bytes / 1_048_576).toFixed(0);
    say(
      `resident memory, MB: ${mb(early)} after 100,000 changes, ${mb(late)} after ${changes}: ratio ${(late / early).toFixed(2)}`,
    );
  }
  say(
    `stand-in bench: ratio ${median(ratios).toFixed(2)} of the echo's rate, CPU ${(cpu(ours) / cpu(theirs)).toFixed(1)} times, ` +
      `${steady.sequencesPerSecond.toFixed(0)} sequences/s sustained`,
  );
  for (const { connections } of [ours, theirs]) for (const connection of connections) connection.close();
}

const dataDir = await mkdtemp(join(tmpdir(), 'stand-in-bench-'));
const bare = await startServer('dist/bench/stand-in/echo.js', []);
const standIn = await startServer('dist/emulators/main.js', ['--admin-port', '0', '--data', dataDir]);
try {
  say(
    `${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`,
  );
  await run(standIn, bare);
} finally {
  await Promise.all([standIn.stop(), bare.stop()]);
  await rm(dataDir, { recursive: true, force: true });
}
