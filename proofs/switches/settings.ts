import { answers, type OpenQuestions } from '../../emulators/seatsio/open-questions.ts';

/**
 * Every answer to the open questions of the Seats.io stand-in but the cautious one, which all other tests have.
 * Of a number there are as many values as there are kinds: none, few, more than any call waits for; one of them is
 * the cautious answer.
 */
export const OTHER_ANSWERS = {
  holdAgain: ['accept'],
  deadTokenStatus: [404],
  releaseFree: ['accept'],
  releaseBookedWithToken: ['accept'],
  beyondCap: ['refuse'],
  createWithZero: ['accept'],
  negativeMinutes: ['accept'],
  partsOfMinutes: ['refuse'],
  releaseDelayMs: [50, 5_000],
  detailsSurviveBooking: [true],
  bookFewerPlaces: ['refuse'],
  bookMorePlaces: ['accept'],
  readUnknown: ['refuse'],
  useTakenSeasonStatus: ['accept'],
  retryAfterSeconds: [1, 60],
  changeListDelayMs: [0, 5_000],
} as const satisfies { [Name in keyof OpenQuestions]: readonly OpenQuestions[Name][] };

export type Answers = Partial<OpenQuestions>;

/** One setting with one of its other answers. */
export const SINGLES: readonly Answers[] = Object.entries(OTHER_ANSWERS).flatMap(([name, values]) =>
  values.map((value): Answers => ({ [name]: value })),
);

/**
 * What no pair can show that a single value does not, for the product never asks: it creates tokens of whole
 * minutes, at least one, ends them by zero, and sells no seasons.
 */
const NEVER_ASKED = ['createWithZero', 'negativeMinutes', 'partsOfMinutes', 'useTakenSeasonStatus'];

interface Choice {
  name: string;
  value: unknown;
}

/**
 * Combinations in which every pair of answers to two questions that a checkout meets occurs, the cautious answers
 * among them: some eight, where the pairs are hundreds.
 */
export function pairCover(): Answers[] {
  const defaults = new Map<string, unknown>(Object.entries(answers()));
  const questions = Object.entries(OTHER_ANSWERS)
    .filter(([name]) => !NEVER_ASKED.includes(name))
    .map(([name, others]) => [defaults.get(name), ...others].map((value): Choice => ({ name, value })));
  const idOf = (one: Choice, other: Choice) => JSON.stringify([one.name, one.value, other.name, other.value]);
  const missing = new Map<string, [Choice, Choice]>();
  for (const [index, ones] of questions.entries()) {
    for (const others of questions.slice(index + 1)) {
      for (const one of ones) for (const other of others) missing.set(idOf(one, other), [one, other]);
    }
  }
  const rows: Answers[] = [];
  while (missing.size > 0) {
    const row = greedyRow(questions, missing, idOf);
    for (const [index, one] of row.entries()) {
      for (const other of row.slice(index + 1)) missing.delete(idOf(one, other));
    }
    rows.push(Object.fromEntries(row.map(({ name, value }) => [name, value])));
  }
  return rows;
}

/** Begins with a pair that is missing, and answers each question so that the most others are found. */
function greedyRow(
  questions: readonly Choice[][],
  missing: ReadonlyMap<string, [Choice, Choice]>,
  idOf: (one: Choice, other: Choice) => string,
): Choice[] {
  const [first] = missing.values();
  const chosen = new Map<string, Choice>(first?.map((choice) => [choice.name, choice]));
  const found = (candidate: Choice) =>
    [...chosen.values()].filter(
      (one) => missing.has(idOf(one, candidate)) || missing.has(idOf(candidate, one)),
    ).length;
  for (const choices of questions) {
    const [{ name } = { name: '' }] = choices;
    if (chosen.has(name)) continue;
    const [best] = choices.toSorted((a, b) => found(b) - found(a));
    if (best !== undefined) chosen.set(name, best);
  }
  // In the order of the questions, as the ids of pairs are.
  return questions.flatMap(([choice]) => (choice && chosen.get(choice.name)) ?? []);
}
