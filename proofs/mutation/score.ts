import { relative } from 'node:path';
import type { Stryker } from '@stryker-mutator/core';

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/** Noticed by a test that failed, or by one that no longer came to an end. */
const NOTICED = new Set<MutantResult['status']>(['Killed', 'Timeout']);
const UNNOTICED = new Set<MutantResult['status']>(['Survived', 'NoCoverage']);

/** Of a hundred mutants that the tests could notice, how many they did. */
export function scoreOf(mutants: readonly MutantResult[]): number {
  const count = (of: ReadonlySet<MutantResult['status']>) =>
    mutants.filter(({ status }) => of.has(status)).length;
  const noticed = count(NOTICED);
  return (100 * noticed) / (noticed + count(UNNOTICED));
}

/** One line for each mutant that no test noticed: where it is, and what stood there. */
export function surviving(mutants: readonly MutantResult[]): string[] {
  return mutants
    .filter(({ status }) => UNNOTICED.has(status))
    .map(({ fileName, location: { start }, mutatorName, replacement }) => {
      const became = (replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 80);
      return `${relative('', fileName)}:${start.line}:${start.column} ${mutatorName}: ${became}`;
    });
}
