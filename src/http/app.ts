import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';

/** What routes are added to. One zod schema per route gives validation, types, and its part of the document. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Adds routes behind the plugins of the app, with parsers and error answers of their own if they want some. */
export function addScope(app: App, add: (scope: App) => void): void {
  app.register(async (scope) => add(scope.withTypeProvider<ZodTypeProvider>()));
}
