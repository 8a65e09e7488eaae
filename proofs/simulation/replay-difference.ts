import type { Command } from './sandbox.ts';

/** What a replay wants otherwise than the first time; undefined when it is the same, byte by byte. */
export function differenceOf(first: readonly Command[], again: readonly Command[]): string | undefined {
  const was = JSON.stringify(first, asText);
  const is = JSON.stringify(again, asText);
  return was === is ? undefined : `${was} became ${is}`;
}

function asText(key: string, value: unknown): unknown {
  // Stack traces name positions, which differ between a first run and a replay.
  if (key === 'stackTrace') return undefined;
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
  return value;
}
