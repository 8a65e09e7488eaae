import type { z } from 'zod';

/** What is wrong with a body, in the words of the vendor's own schema check; one message for each fault. */
export function schemaMessages({ issues }: z.ZodError): string[] {
  return issues.flatMap(messagesOf);
}

function messagesOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'invalid_union') return [told(issue)];
  const meant = issue.errors.find((form) => !form.some(isOfOtherType)) ?? issue.errors.at(-1) ?? [];
  return meant.flatMap((inner) => messagesOf({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Such a form of a union is not the one that was meant. */
function isOfOtherType({ code, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length === 0;
}

function told(issue: z.core.$ZodIssue): string {
  const at = pointer(issue.path);
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    const parent = pointer(issue.path.slice(0, -1));
    return issue.path.length === 0
      ? '#: required body not found'
      : `${parent}: required key [${String(issue.path.at(-1))}] not found`;
  }
  // Every list that has a least length may not be empty.
  if (issue.code === 'too_small' && issue.origin === 'array') {
    return `${at}: expected minimum item count: ${issue.minimum}, found: 0`;
  }
  if (issue.code === 'too_big' && issue.origin === 'array') {
    return `${at}: expected maximum item count: ${issue.maximum}`;
  }
  return `${at}: ${issue.message}`;
}

function pointer(path: readonly PropertyKey[]): string {
  return ['#', ...path.map(String)].join('/');
}
