import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { App } from './app.ts';
import { HttpProblem } from './problem.ts';
import { toProblem } from './to-problem.ts';

/** From here on, a body of this scope that is JSON but not what the route takes is answered with 422. */
export function refuseInvalidBodies(app: App): void {
  app.setErrorHandler((error: unknown) => {
    const isBody = hasZodFastifySchemaValidationErrors(error) && error.validationContext === 'body';
    if (!isBody) throw error;
    const { message, details } = toProblem(error);
    throw new HttpProblem('invalid', message, details, { cause: error });
  });
}
