import type { Dice } from '../simulation/dice.ts';
import type { Schema } from './api-document.ts';

/** Hinted for an optional field that is better left out. */
export const ABSENT = Symbol('absent');

/** A value that fits where a field of this name stands; undefined: none is known. */
export type Hint = (name: string) => unknown;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.split('');
const ODD_STRINGS = [
  ...['', ' ', '..', '../events/x', '%2e%2e', '\u0000', '\ud83c\udfab', 'null', '0', '-1', '{}', "'; --"],
  ...['a'.repeat(129), 'b'.repeat(5_000), '__proto__', 'ok\r\nx: y', '\u202e', '4242424242424242'],
];
const ODD_VALUES: unknown[] = [
  ...[null, true, 0, -1, 1e21, 0.1, 2 ** 53, [], {}, [[]], [null], { toString: 1 }, 'x'],
  ...ODD_STRINGS,
];

export function pick<T>(dice: Dice, values: readonly T[]): T {
  const value = values[dice.int(0, values.length - 1)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

/** A value that the schema allows, as far as it says; hints are taken for the fields that they are known for. */
export function sample(schema: Schema, dice: Dice, hint: Hint, name = ''): unknown {
  const hinted = hint(name);
  if (hinted !== undefined) return hinted;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return sample(pick(dice, choices), dice, hint, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return pick(dice, schema.enum);
  switch (schema.type) {
    case 'object':
      return sampleObject(schema, dice, hint);
    case 'array': {
      const least = schema.minItems ?? 0;
      const length = dice.int(least, Math.min(schema.maxItems ?? 3, least + 2));
      return Array.from({ length }, () => sample(schema.items ?? {}, dice, hint, `${name}[]`));
    }
    case 'integer':
    case 'number': {
      const least = Math.max(schema.minimum ?? 1, 1);
      return dice.int(least, Math.min(schema.maximum ?? 100, least + 99));
    }
    case 'boolean':
      return dice.chance(0.5);
    case 'null':
      return null;
    default:
      return sampleText(schema, dice);
  }
}

function sampleObject({ properties = {}, required = [] }: Schema, dice: Dice, hint: Hint): object {
  const names = Object.keys(properties).filter(
    (name) => required.includes(name) || (hint(name) !== ABSENT && dice.chance(0.2)),
  );
  return Object.fromEntries(names.map((name) => [name, sample(properties[name] ?? {}, dice, hint, name)]));
}

function sampleText({ format }: Schema, dice: Dice): string {
  const text = Array.from({ length: dice.int(3, 12) }, () => pick(dice, LETTERS)).join('');
  if (format === 'email') return `${text}@example.org`;
  if (format === 'date') return '2027-02-28';
  return format === 'date-time' ? '2027-02-28T20:00:00.000Z' : text;
}

/** The same with one thing wrong, anywhere in it: a field gone, one too many, or another value. */
export function spoil(value: unknown, dice: Dice): unknown {
  if (Array.isArray(value) && value.length > 0 && dice.chance(0.7)) {
    const at = dice.int(0, value.length - 1);
    return value.map((item, index) => (index === at ? spoil(item, dice) : item));
  }
  if (typeof value === 'object' && value !== null && dice.chance(0.85)) {
    const entries = Object.entries(value);
    const at = dice.int(0, entries.length);
    if (at === entries.length)
      return { ...value, [pick(dice, ['extra', 'constructor', 'price'])]: pickOdd(dice) };
    if (dice.chance(0.2)) return Object.fromEntries(entries.filter((_, index) => index !== at));
    return Object.fromEntries(
      entries.map(([key, item], index) => [key, index === at ? spoil(item, dice) : item]),
    );
  }
  return pickOdd(dice);
}

function pickOdd(dice: Dice): unknown {
  return ODD_VALUES[dice.int(0, ODD_VALUES.length - 1)];
}

export function pickOddString(dice: Dice): string {
  return pick(dice, ODD_STRINGS);
}
