import { z } from 'zod';

/** For routes that read no query: whoever sends one expects something of it. */
export const noQuery = z.strictObject({});
