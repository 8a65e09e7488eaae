import { z } from 'zod';

/** What a webhook is answered once its report is safe, or is none of ours: it need not be sent again. */
export const accepted = z.object({ accepted: z.literal(true) });
