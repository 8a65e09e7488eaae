/** A decoded form: Stripe's parameters are strings, lists and nested objects. */
export interface Form {
  [name: string]: string | string[] | Form;
}

/**
 * Decodes `a=1&metadata[order_id]=2&expand[]=x`, the way in which Stripe's clients write parameters.
 * `expand[]` and `expand[0]` both make a list. A name that is used as a value and as an object throws.
 */
export function decodeForm(text: string): Form {
  const form: Form = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) put(form, pathOf(name), value);
  return form;
}

function pathOf(name: string): string[] {
  const [, head = name, tail = ''] = /^([^[]*)((?:\[[^\]]*\])*)$/.exec(name) ?? [];
  return [head, ...Array.from(tail.matchAll(/\[([^\]]*)\]/g), (match) => match[1] ?? '')];
}

function put(form: Form, [name = '', ...rest]: string[], value: string): void {
  const [next] = rest;
  if (next === undefined) {
    form[name] = value;
    return;
  }
  const current = form[name];
  if (rest.length === 1 && /^\d*$/.test(next)) {
    if (current !== undefined && !Array.isArray(current)) throw new TypeError(`${name} is not a list`);
    form[name] = [...(current ?? []), value];
    return;
  }
  if (typeof current === 'string' || Array.isArray(current)) throw new TypeError(`${name} is not an object`);
  const child: Form = current ?? Object.create(null);
  form[name] = child;
  put(child, rest, value);
}
