import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AREA, type Buyer, createBuyer, KEY, PLACES } from './buyer.ts';
import { isSo, readKept } from './kept.ts';
import { startStandIns } from './stand-in-process.ts';

const KILLS = 20;
const BUYERS = 24;
const EVENT = 'kills';

/** Reads what the restarted stand-in has of a buyer's things, and holds it against what the buyer was told. */
async function lostOf(server: { url: string; admin: string }, buyer: Buyer): Promise<string[]> {
  const kept = await readKept(server, EVENT, buyer);
  const allowed = [buyer.told, ...(buyer.underWay === undefined ? [] : [buyer.underWay])];
  const found = allowed.find((known) => isSo(kept, buyer, known));
  if (found === undefined) return [`${JSON.stringify(kept)} is none of ${JSON.stringify(allowed)}`];
  buyer.told = { ...found, ...(found.expiresAt === 'over' ? {} : { expiresAt: kept.expiresAt }) };
  buyer.underWay = undefined;
  return [];
}

const dataDir = await mkdtemp(join(tmpdir(), 'stand-in-kills-'));
const buyers = Array.from({ length: BUYERS }, (_, number) => {
  const row = `North ${1 + (number % 10)}-${number < 10 ? 'A' : number < 20 ? 'B' : 'C'}`;
  return createBuyer(number, EVENT, [`${row}-1`, `${row}-2`]);
});
const lost: string[] = [];
let server = await startStandIns(dataDir);
try {
  const created = await fetch(`${server.url}/events`, {
    method: 'POST',
    headers: KEY,
    body: JSON.stringify({
      chartKey: 'arena',
      eventKey: EVENT,
      channels: buyers.map(({ channel, labels }) => ({
        ...{ key: channel, name: channel, objects: labels, areaPlaces: { [AREA]: PLACES } },
      })),
    }),
  });
  if (!created.ok) throw new Error(`the event was answered with ${created.status}`);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const running = buyers.map((buyer) => buyer.run(server.url));
    // Of different lengths, so that kills meet calls at every stage.
    await sleep(100 + ((kill * 137) % 300));
    await server.kill();
    await Promise.all(running);
    server = await startStandIns(dataDir);
    for (const buyer of buyers) lost.push(...(await lostOf(server, buyer)));
  }
} finally {
  await server.kill();
  await rm(dataDir, { recursive: true, force: true });
}
for (const what of lost.slice(0, 5)) process.stderr.write(`lost: ${what}\n`);
const answered = buyers.reduce((sum, buyer) => sum + buyer.answered, 0);
process.stdout.write(`stand-in kills: ${KILLS} kills, ${answered} changes answered, ${lost.length} lost\n`);
process.exitCode = lost.length > 0 || answered < KILLS * BUYERS ? 1 : 0;
