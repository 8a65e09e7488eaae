/** What a record has under a name that a caller gave, which may be `constructor`: records have a prototype. */
export function ownMember<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
