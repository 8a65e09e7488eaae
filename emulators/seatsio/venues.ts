import { arenaDrawing } from './arena.ts';
import { clubDrawing } from './club.ts';
import { theatreDrawing } from './theatre.ts';
import type { VenueDrawing } from './venue-drawing.ts';

/** A chart that ships with the stand-in; drawn when it is asked for first. */
export interface Venue {
  key: string;
  name: string;
  draw: () => VenueDrawing;
}

export const VENUES: readonly Venue[] = [
  { key: 'club', name: 'Club', draw: clubDrawing },
  { key: 'theatre', name: 'Theatre', draw: theatreDrawing },
  { key: 'arena', name: 'Arena', draw: arenaDrawing },
];
