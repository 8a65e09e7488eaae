import { breachesOf } from '../law/balance.ts';
import { effectsOf, type Ledgers } from '../law/ledgers.ts';
import { createAim } from './aim.ts';
import type { Meeting } from './meeting.ts';
import { createSupply } from './supply.ts';
import { createTrial, type Race, type Shop, type Trial } from './trial.ts';
import { violationsOf } from './verdict.ts';

/** Where the boundary lies is not known at first, and no trial is thrown away for it: they are all judged. */
const TRIES_PER_TRIAL = 4;

const RACES: readonly Race[] = ['captured', 'authorized', 'captured', 'click', 'captured'];

export type Populations = Record<Meeting['side'], number>;

export interface TrialsSetting extends Shop {
  ledgers: Ledgers;
  newEvent: () => Promise<string>;
  /** How many trials have to count, in all and for each side. */
  wanted: { trials: number; sides: Populations };
  /** How near to the timer a report has to come for its trial to count, in ms. */
  windowMs: number;
  parallel: number;
  onTrial?: (report: TrialsReport) => void;
}

export interface TrialsReport {
  /** Trials within the window, by side. */
  sides: Populations;
  counted: number;
  /** Trials whose payment was stopped before the buyer could pay. */
  stopped: number;
  /** Trials outside the window. */
  outside: number;
  /** Reports that came when the attempt had ended, inside the window or outside. */
  ended: number;
  enough: boolean;
  violations: string[];
}

/**
 * Lets payments race with the deadline until enough trials have come out on each side, and judges every
 * one of them, and every event, by the ledgers.
 */
export async function runTrials(setting: TrialsSetting): Promise<TrialsReport> {
  const { ledgers } = setting;
  const supply = createSupply(setting.newEvent);
  const runTrial = createTrial(setting);
  const aims = { captured: createAim(), authorized: createAim(), click: createAim() };
  const trials: Trial[] = [];
  const failures: string[] = [];
  let started = 0;

  await Promise.all(Array.from({ length: setting.parallel }, buyAndBuy));
  const effects = await ledgers.all();
  const events = await supply.events();
  const violations = [
    ...failures,
    ...trials.flatMap((trial) => violationsOf(trial, effectsOf(effects, trial.order.eventId))),
    ...events.flatMap((id) => breachesOf(effectsOf(effects, id)).map((breach) => `event ${id}: ${breach}`)),
  ];
  return { ...report(trials, setting), violations };

  async function buyAndBuy(): Promise<void> {
    while (started < setting.wanted.trials * TRIES_PER_TRIAL && !report(trials, setting).enough) {
      const race = RACES[started % RACES.length] ?? 'captured';
      started += 1;
      const order = await supply.next();
      try {
        const trial = await runTrial(order, race, aims[race].next());
        if (!trial) continue;
        aims[race].learn(trial.sentMs, trial.meeting?.side ?? 'after');
        trials.push(trial);
      } catch (error) {
        failures.push(`${order.orderId}: ${error instanceof Error ? error.message : String(error)}`);
      }
      setting.onTrial?.({ ...report(trials, setting), violations: failures });
    }
  }
}

function report(
  trials: readonly Trial[],
  { wanted, windowMs }: TrialsSetting,
): Omit<TrialsReport, 'violations'> {
  const meetings = trials.flatMap(({ meeting }) => meeting ?? []);
  const near = meetings.filter(({ gapMs }) => Math.abs(gapMs) <= windowMs);
  const of = (side: Meeting['side']) => near.filter((meeting) => meeting.side === side).length;
  const sides: Populations = { before: of('before'), together: of('together'), after: of('after') };
  const { before, together, after } = wanted.sides;
  return {
    sides,
    counted: near.length,
    stopped: trials.length - meetings.length,
    outside: meetings.length - near.length,
    ended: meetings.filter(({ ended }) => ended).length,
    enough:
      near.length >= wanted.trials &&
      sides.before >= before &&
      sides.together >= together &&
      sides.after >= after,
  };
}
