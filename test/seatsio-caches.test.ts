import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { arenaDrawing } from '../emulators/seatsio/arena.ts';
import { createCharts } from '../emulators/seatsio/charts.ts';
import { clubDrawing } from '../emulators/seatsio/club.ts';
import { createEvents } from '../emulators/seatsio/events.ts';
import { createRecent } from '../emulators/seatsio/recent.ts';
import { createSeasons } from '../emulators/seatsio/seasons.ts';
import { createWorkspaces } from '../emulators/seatsio/workspaces.ts';
import { systemClock } from '../emulators/stand-in/clock.ts';
import { openStore } from '../emulators/stand-in/store.ts';

function start() {
  const store = openStore('seatsio');
  onTestFinished(() => store.close());
  const { workspace } = createWorkspaces(store).createCompany({ adminKey: 'admin', workspaceKey: 'demo' });
  const charts = createCharts(store);
  const events = createEvents(store, systemClock, charts, createSeasons(store));
  return { workspace, charts, events };
}

describe('what is kept in memory to be quick', () => {
  it('is what was used last, and never weighs more than it may, but for one thing alone', () => {
    const key = fc.integer({ min: 0, max: 6 });
    const steps = fc.array(
      fc.oneof(
        fc.record({ set: key, weight: fc.integer({ min: 0, max: 12 }) }),
        fc.record({ get: key }),
        fc.record({ delete: key }),
      ),
    );
    fc.assert(
      fc.property(steps, (todo) => {
        const forgotten: number[] = [];
        const recent = createRecent<number, { weight: number }>({
          ...{ most: 10, weightOf: ({ weight }) => weight },
          forgotten: (_, name) => forgotten.push(name),
        });
        /** The last one was used last. */
        let kept: { name: number; weight: number }[] = [];
        const without = (name: number) => kept.filter((one) => one.name !== name);
        for (const step of todo) {
          const before = kept;
          if ('set' in step) {
            recent.set(step.set, { weight: step.weight });
            kept = [...without(step.set), { name: step.set, weight: step.weight }];
            while (kept.length > 1 && kept.reduce((sum, { weight }) => sum + weight, 0) > 10) kept.shift();
          } else if ('get' in step) {
            const known = kept.find(({ name }) => name === step.get);
            expect(recent.get(step.get)?.weight).toBe(known?.weight);
            if (known) kept = [...without(step.get), known];
          } else {
            recent.delete(step.delete);
            kept = without(step.delete);
          }
          const gone = before.filter((one) => !kept.includes(one)).map(({ name }) => name);
          expect(forgotten.splice(0).sort()).toEqual(gone.sort());
        }
        for (const { name, weight } of kept) expect(recent.get(name)?.weight).toBe(weight);
      }),
    );
  });

  it('has not all drawings that ever were: one that was not used for long is read again', () => {
    const { workspace, charts } = start();
    const upload = (key: string) =>
      charts.create(workspace, { ...clubDrawing(), padding: 'x'.repeat(1_000_000) }, key);
    const first = upload('first');
    const used = upload('used');
    for (let index = 0; index < 40; index += 1) {
      upload(`chart ${index}`);
      expect(charts.byId(used.id)).toBe(used);
    }
    expect(charts.byId(first.id)).not.toBe(first);
    expect(charts.byId(first.id)).toEqual(first);
  });

  it('has not all events that ever were, but the objects of their chart once', () => {
    const { workspace, charts, events } = start();
    charts.create(workspace, arenaDrawing(), 'arena');
    const create = (eventKey: string) => events.create(workspace, [{ chartKey: 'arena', eventKey }])[0];
    const first = create('first');
    const used = create('used');
    for (let index = 0; index < 30; index += 1) {
      create(`event ${index}`);
      expect(events.get(workspace, 'used')).toBe(used);
    }
    const again = events.get(workspace, 'first');
    expect(again).not.toBe(first);
    expect(again).toMatchObject({ id: first?.id, key: 'first' });
    expect(again.objects).toBe(used?.objects);
    expect(events.byId(again.id)).toBe(again);
  });

  it('has the objects of a chart once for events that sell its tables in the same way', () => {
    const { workspace, charts, events } = start();
    charts.create(workspace, clubDrawing(), 'club');
    const create = (tables: Record<string, 'BY_TABLE' | 'BY_SEAT'>) =>
      events.create(workspace, [{ chartKey: 'club', tableBookingConfig: { mode: 'CUSTOM', tables } }])[0]
        ?.objects;
    const first = create({ T1: 'BY_SEAT' });
    expect(create({ T1: 'BY_SEAT' })).toBe(first);
    for (let table = 2; table < 12; table += 1) create({ [`T${table}`]: 'BY_SEAT' });
    expect(create({ T1: 'BY_SEAT' })).not.toBe(first);
    expect(create({ T1: 'BY_SEAT' })).toEqual(first);
  });
});
