import { isCounted } from './chart-objects.ts';
import type { SeatsEvent } from './events.ts';
import { invalid } from './vendor-error.ts';

/** Objects, and numbers of places of areas, that a call names by label. */
export interface NamedObjects {
  objects?: readonly string[] | null | undefined;
  areaPlaces?: Readonly<Record<string, number>> | null | undefined;
}

/** Throws if the event has not what is named. */
export function checkNamed({ objects: known }: Pick<SeatsEvent, 'objects'>, named: NamedObjects): void {
  const unknown = named.objects?.find((label) => !known.has(label));
  if (unknown !== undefined) throw invalid(`Object not found: ${unknown}`);
  const noArea = Object.keys(named.areaPlaces ?? {}).find((label) => {
    const object = known.get(label);
    return object === undefined || !isCounted(object);
  });
  if (noArea !== undefined) throw invalid(`Area not found: ${noArea}`);
}
