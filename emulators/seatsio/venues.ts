import { arenaDrawing } from './arena.ts';
import { clubDrawing } from './club.ts';
import { theatreDrawing } from './theatre.ts';
import type { VenueDrawing } from './venue-drawing.ts';

/** The charts that ship with the stand-in, by key; drawn when the demo's workspace asks for one first. */
const VENUES: Record<string, () => VenueDrawing> = {
  club: clubDrawing,
  theatre: theatreDrawing,
  arena: arenaDrawing,
};

export function drawVenue(key: string): VenueDrawing | undefined {
  return Object.hasOwn(VENUES, key) ? VENUES[key]?.() : undefined;
}
