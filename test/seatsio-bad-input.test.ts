import { request } from 'node:http';
import { connect } from 'node:net';
import { CreateEventParams, CreateSeasonParams } from 'seatsio';
import { beforeEach, describe, expect, it } from 'vitest';
import { rows } from './stand-ins/drawings.ts';
import { EVENT, FLOOR, notFound, refusal, useSeatsio } from './stand-ins/use-seatsio.ts';

const seatsio = useSeatsio();

beforeEach(async () => {
  const { seasons } = seatsio.client;
  await seasons.create('club', new CreateSeasonParams().key('spring').eventKeys(['match']));
  await seasons.createPartialSeason('spring', 'half');
});

/** Every call that reads a body, with one that would do something. */
const WRITES: [path: string, body: object][] = [
  ['/hold-tokens', { expiresInMinutes: 5 }],
  ['/hold-tokens/some-token', { expiresInMinutes: 5 }],
  ['/events', { chartKey: 'club' }],
  ['/events/actions/create-multiple', { chartKey: 'club', events: [{}] }],
  [
    `/events/${EVENT}`,
    { name: 'Name', tableBookingConfig: { mode: 'INHERIT' }, objectCategories: { 'A-1': 1 } },
  ],
  ['/events/groups/actions/change-object-status', { events: [EVENT], objects: ['A-1'], status: 'booked' }],
  [
    '/events/actions/change-object-status',
    { statusChanges: [{ event: EVENT, objects: ['A-1'], status: 'booked' }] },
  ],
  [`/events/${EVENT}/actions/change-object-status`, { status: 'booked', bestAvailable: { number: 1 } }],
  [`/events/${EVENT}/actions/edit-for-sale-config`, { forSale: [{ object: 'A-1', quantity: 1 }] }],
  ['/events/actions/edit-for-sale-config', { events: { [EVENT]: { notForSale: [{ object: 'A-1' }] } } }],
  [
    `/events/${EVENT}/actions/mark-as-for-sale`,
    { objects: ['A-1'], areaPlaces: { Floor: 1 }, categories: ['x'] },
  ],
  [`/events/${EVENT}/objects/A-1/actions/update-extra-data`, { extraData: { foo: 'bar' } }],
  [`/events/${EVENT}/actions/update-extra-data`, { extraData: { 'A-1': { foo: 'bar' } } }],
  [`/events/${EVENT}/channels`, { key: 'one', name: 'One', objects: ['A-1'], areaPlaces: { Floor: 1 } }],
  [`/events/${EVENT}/channels/replace`, { channels: [{ key: 'one', name: 'One' }] }],
  [`/events/${EVENT}/channels/none`, { name: 'One', objects: ['A-1'] }],
  [`/events/${EVENT}/channels/none/objects`, { objects: ['A-1'], areaPlaces: { Floor: 1 } }],
  ['/seasons', { chartKey: 'club', eventKeys: ['one'], forSalePropagated: true }],
  ['/seasons/spring/actions/create-events', { eventKeys: ['one'] }],
  ['/seasons/spring/partial-seasons', { key: 'half', name: 'Half', eventKeys: ['match'] }],
  ['/seasons/spring/partial-seasons/half/actions/add-events', { eventKeys: ['match'] }],
  ['/events/match/actions/override-season-status', { objects: ['A-1'], season: 'spring' }],
  ['/events/match/actions/use-season-status', { objects: ['A-1'], season: 'spring' }],
  ['/charts', { name: 'Chart', categories: [{ key: 1, label: 'One' }] }],
  ['/system/public/charts/new', { name: 'Chart', categories: { list: [] }, subChart: { rows: [] } }],
  ['/workspaces', { name: 'Workspace', isTest: true }],
  ['/workspaces/none', { name: 'Workspace' }],
  ['/accounts/me/actions/change-hold-period', { holdPeriodInMinutes: 10 }],
];

const state = () => JSON.stringify([seatsio.standIn.state(), seatsio.standIn.ledger.entries()]);

/** What comes back over a connection to which this text was written. */
const wire = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(seatsio.url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8').on('data', (part) => {
      answer += String(part);
    });
    socket.on('close', () => resolve(answer)).on('error', reject);
  });

async function expectRefused(path: string, body: string, what: string): Promise<void> {
  const answer = await seatsio.raw('POST', path, body);
  const text = await answer.text();
  const told = { what, path, body: body.slice(0, 200), status: answer.status };
  expect({ ...told, refused: answer.status >= 400 && answer.status < 500 }).toEqual({
    ...told,
    refused: true,
  });
  expect(JSON.parse(text)).toMatchObject({
    status: answer.status,
    messages: expect.any(Array),
    errors: [{ code: expect.any(String), message: expect.any(String) }],
    warnings: [],
    requestId: expect.any(String),
  });
}

/** The body with each of its values, one after the other, made into something else. */
function* withWrongTypes(value: unknown, wrong: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const copy = (changed: unknown) =>
      Array.isArray(value)
        ? value.map((item: unknown, index) => (String(index) === key ? changed : item))
        : { ...value, [key]: changed };
    if (typeof inner !== typeof wrong || Array.isArray(inner) !== Array.isArray(wrong)) yield copy(wrong);
    for (const changed of withWrongTypes(inner, wrong)) yield copy(changed);
  }
}

describe('a body that is wrong', () => {
  it('as a whole is refused by every call, and changes nothing', async () => {
    const before = state();
    for (const [path] of WRITES) {
      for (const body of ['{"half', '[]', '"text"', '7', 'true', 'nonsense', '\u0000']) {
        // An update without a single field, a list of no channels: some calls can do without a body.
        await expectRefused(path, body, 'whole body');
      }
    }
    expect(state()).toBe(before);
  });

  it.each([
    ['a list', []],
    ['a truth', true],
    ['an object', { nested: {} }],
  ])('in one place (%s) is refused by every call, and changes nothing, or ignored', async (_, wrong) => {
    for (const [path, body] of WRITES) {
      for (const changed of withWrongTypes(body, wrong)) {
        const before = state();
        const { status } = await seatsio.raw('POST', path, JSON.stringify(changed));
        const told = { path, changed, status };
        expect({ ...told, isServerError: status >= 500 }).toEqual({ ...told, isServerError: false });
        if (status >= 400) expect({ ...told, state: state() }).toEqual({ ...told, state: before });
      }
    }
  });

  it.each([
    ['no objects', { objects: [] }],
    ['a number as label', { objects: [7] }],
    ['half a place', { objects: [{ objectId: 'Floor', quantity: 0.5 }] }],
    ['minus one place', { objects: [{ objectId: 'Floor', quantity: -1 }] }],
    ['more places than numbers are sure of', { objects: [{ objectId: 'Floor', quantity: 1e300 }] }],
    ['two places on a seat', { objects: [{ objectId: 'A-1', quantity: 2 }] }],
    ['no status', { status: undefined }],
    ['an empty status', { status: '' }],
    ['an empty token', { holdToken: '' }],
    ['a number as token', { holdToken: 7 }],
    ['a number as order id', { orderId: 7 }],
    ['an unknown type', { type: 'SWAP' }],
    ['no events', { events: [] }],
    ['a text as guard', { allowedPreviousStatuses: 'free' }],
    ['an unknown object', { objects: ['A-1', 'Z-99'] }],
    ['a name of the language', { objects: ['constructor', '__proto__'] }],
  ])('of a status change (%s) books nothing', async (what, part) => {
    const before = state();
    const whole = { events: [EVENT], objects: ['A-1'], status: 'booked', type: 'CHANGE_STATUS_TO', ...part };
    await expectRefused('/events/groups/actions/change-object-status', JSON.stringify(whole), what);
    expect(state()).toBe(before);
  });

  it("says what is missing in the words of the vendor's schema check", async () => {
    const message = async (body: object) =>
      ((await (await seatsio.raw('POST', '/events', JSON.stringify(body))).json()) as { messages: string[] })
        .messages;
    expect(await message({})).toEqual(['#: required key [chartKey] not found']);
    expect(await message({ chartKey: 'club', channels: [{}] })).toEqual([
      '#/channels/0: required key [key] not found',
      '#/channels/0: required key [name] not found',
    ]);
  });

  it.each([
    ['no label', [{ quantity: 1 }], ['#/objects/0: required key [objectId] not found']],
    [
      'half a place',
      [{ objectId: 'Floor', quantity: 1.5 }],
      [expect.stringMatching('^#/objects/0/quantity: ')],
    ],
    [
      'a list as extra data',
      [{ objectId: 'A-1', extraData: [] }],
      [expect.stringMatching('^#/objects/0/extra')],
    ],
    [
      'two faults',
      [{ quantity: 0, ticketType: 7 }],
      [
        '#/objects/0: required key [objectId] not found',
        expect.stringMatching('^#/objects/0/quantity: '),
        expect.stringMatching('^#/objects/0/ticketType: '),
      ],
    ],
    ['no object at all', [7], [expect.stringMatching('^#/objects/0: ')]],
  ])('says what is wrong with the form that was meant (%s)', async (_, objects, messages) => {
    const body = JSON.stringify({ events: [EVENT], objects, status: 'booked' });
    const answer = await seatsio.raw('POST', '/events/groups/actions/change-object-status', body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { messages }]);
    const channel = await seatsio.raw('POST', `/events/${EVENT}/channels`, '{"key":"x"}');
    expect(await channel.json()).toMatchObject({ messages: ['#: required key [name] not found'] });
  });

  it.each([
    ['nested too deeply', `${'['.repeat(6_000)}${']'.repeat(6_000)}`],
    ['with a NUL in a text', '"a\\u0000b"'],
    ['with half of a surrogate pair in a text', '"a\\ud800b"'],
    ['with a name that would be lost', '{"__proto__": {"foo": 1}}'],
    ['with half of a surrogate pair in a name', '{"\\udc00": 1}'],
  ])('%s, though only in what is ignored, is refused by every call', async (what, ignored) => {
    const before = state();
    for (const [path, body] of WRITES) {
      await expectRefused(path, `{"ignored":${ignored},${JSON.stringify(body).slice(1)}`, what);
    }
    expect(state()).toBe(before);
  });

  it('nested as far as a chart needs, and with whole surrogate pairs, is taken', async () => {
    const nested = `${'['.repeat(90)}"😀 \\ud83d\\ude00"${']'.repeat(90)}`;
    const body = `{"extraData":{"foo":${nested}}}`;
    const path = `/events/${EVENT}/objects/A-1/actions/update-extra-data`;
    expect((await seatsio.raw('POST', path, body)).status).toBe(204);
    expect((await seatsio.seat('A-1')).extraData).toEqual(JSON.parse(`{"foo":${nested}}`));
  });

  it.each([1.5, -1, 1_000_001, 1e15])('of a chart with an area of %d places is refused', async (capacity) => {
    const area = { label: 'Field', capacity, categoryKey: 1 };
    const drawing = {
      name: 'Chart',
      categories: { list: [{ key: 1, label: 'One' }] },
      subChart: { generalAdmissionAreas: [area] },
    };
    await expectRefused('/system/public/charts/field', JSON.stringify(drawing), 'capacity');
  });

  it('because it is too big is refused', async () => {
    const huge = JSON.stringify({ chartKey: 'club', name: 'x'.repeat(5_000_000) });
    const answer = await seatsio.raw('POST', '/events', huge);
    expect([answer.status, await answer.json()]).toMatchObject([413, { status: 413, errors: [{}] }]);
  });

  it('because it is too big is refused when all of it is read: who still writes does not see it', async () => {
    const part = 'x'.repeat(1_000_000);
    const headers = { authorization: `Basic ${btoa('seatsio-demo-secret:')}`, 'content-length': 20_000_000 };
    const sent = request(`${seatsio.url}/workspaces`, { method: 'POST', headers });
    const happened: unknown[] = [];
    const answered = new Promise((resolve, reject) => {
      sent.on('response', (answer) => {
        happened.push(answer.statusCode);
        answer.resume().on('close', resolve);
      });
      sent.on('error', reject);
    });
    for (let parts = 0; parts < 20; parts += 1) {
      await new Promise((resolve) => sent.write(part, resolve));
      happened.push('written');
    }
    sent.end();
    await answered;
    expect(happened).toEqual([...new Array(20).fill('written'), 413]);
  });
});

describe('a key', () => {
  const KEYS: [path: string, body: (key: string) => object][] = [
    ['/events', (eventKey) => ({ chartKey: 'club', eventKey })],
    ['/events/actions/create-multiple', (eventKey) => ({ chartKey: 'club', events: [{ eventKey }] })],
    [`/events/${EVENT}`, (eventKey) => ({ eventKey })],
    [`/events/${EVENT}/channels`, (key) => ({ key, name: 'One' })],
    ['/seasons', (key) => ({ chartKey: 'club', key })],
    ['/seasons', (key) => ({ chartKey: 'club', eventKeys: [key] })],
    ['/seasons/spring/actions/create-events', (key) => ({ eventKeys: [key] })],
    ['/seasons/spring/partial-seasons', (key) => ({ key })],
  ];

  it('too long for what callers keep is refused, by every call that gives one', async () => {
    const before = state();
    for (const [path, body] of KEYS) {
      await expectRefused(path, JSON.stringify(body('x'.repeat(1_001))), 'long key');
    }
    await expectRefused(`/system/public/charts/${'x'.repeat(1_001)}`, JSON.stringify(rows), 'long key');
    expect(state()).toBe(before);
  });

  it.each(['x', 'ü', '😀', '/'])('as long as it may be (of %s) leads to what has it', async (letter) => {
    const key = letter.repeat(1_000 / letter.length);
    const { events } = seatsio.client;
    await events.create('club', new CreateEventParams().withKey(key));
    expect(await events.retrieve(key)).toMatchObject({ key });
    const long = letter.repeat(3_000);
    await events.book(EVENT, 'A-1', null, long);
    expect(Object.keys(await seatsio.client.eventReports.byOrderId(EVENT, long))).toEqual([long]);
  });
});

describe('a name of the language', () => {
  const NAMES = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];
  const drawing = {
    name: 'Names',
    categories: { list: [{ key: 1, label: 'One' }] },
    subChart: {
      generalAdmissionAreas: NAMES.map((label) => ({ label, capacity: 10, categoryKey: 1 })),
      tables: [{ label: 'valueOf', bookAsAWhole: true, seats: [{ label: '1', categoryKey: 1 }] }],
    },
  };
  const create = async (more: object) => {
    await seatsio.upload('names', drawing);
    const body = { chartKey: 'names', eventKey: 'names', ...more };
    expect((await seatsio.raw('POST', '/events', JSON.stringify(body))).status).toBe(201);
  };

  it.each(NAMES)('(%s) is a ticket type like any other', async (ticketType) => {
    const token = await seatsio.newToken();
    const places = [2, 1].map((quantity) => ({ ...FLOOR(quantity), ticketType }));
    await seatsio.client.events.hold(EVENT, places, token);
    const answer = await seatsio.raw('GET', `/events/${EVENT}/objects?label=Floor`);
    expect(await answer.text()).toContain(`"holds":{"${token}":{"${ticketType}":3}}`);
  });

  it.each(NAMES)('(%s) is the label of an area like any other', async (label) => {
    await create({});
    const { events } = seatsio.client;
    const free = async () => {
      const answer = await seatsio.raw('GET', `/events/names/objects?label=${label}`);
      const infos = Object.entries((await answer.json()) as Record<string, { numFree: number }>);
      return infos.map(([name, { numFree }]) => [name, numFree]);
    };
    await events.book('names', [{ objectId: label, quantity: 4 }]);
    expect(await free()).toEqual([[label, 6]]);
    await events.editForSaleConfig('names', undefined, [{ object: label, quantity: 3 }]);
    expect(await free()).toEqual([[label, 3]]);
    await events.editForSaleConfig('names', [{ object: label, quantity: 3 }]);
    expect(await free()).toEqual([[label, 6]]);
    await seatsio.raw('POST', '/events/names/channels', '{"key":"other","name":"Other"}');
    await events.book('names', [{ objectId: label, quantity: 6 }]);
    expect(await free()).toEqual([[label, 0]]);
  });

  it('is the label of a table like any other', async () => {
    await create({ tableBookingConfig: { mode: 'CUSTOM', tables: {} } });
    expect(await seatsio.client.events.retrieveObjectInfo('names', 'valueOf')).toMatchObject({
      objectType: 'table',
    });
  });
});

describe('what is not there', () => {
  it('is not found, each kind by its own code', async () => {
    const { client } = seatsio;
    const { holdToken } = await client.holdTokens.create();
    await expect(client.events.retrieve('nope')).rejects.toMatchObject(notFound('EVENT_NOT_FOUND'));
    await expect(client.events.hold('nope', 'A-1', holdToken)).rejects.toMatchObject(
      notFound('EVENT_NOT_FOUND'),
    );
    await expect(client.events.create('nope')).rejects.toMatchObject(notFound('CHART_NOT_FOUND'));
    await expect(client.charts.retrieve('nope')).rejects.toMatchObject(notFound('CHART_NOT_FOUND'));
    await expect(client.events.channels.remove(EVENT, 'nope')).rejects.toMatchObject(
      notFound('CHANNEL_NOT_FOUND'),
    );
    await expect(client.workspaces.retrieve('nope')).rejects.toMatchObject(notFound('WORKSPACE_NOT_FOUND'));
    await expect(client.holdTokens.retrieve('nope')).rejects.toMatchObject({ status: 404 });
    await expect(client.events.book(EVENT, 'nope')).rejects.toMatchObject(refusal('GENERAL_ERROR'));
    const path = await seatsio.raw('GET', '/no/such/path');
    expect([path.status, await path.json()]).toMatchObject([404, { status: 404, errors: [{}] }]);
  });
});

describe('a path', () => {
  /** Sends the path as it is: every client of ours would tidy it up first. */
  const send = (path: string): Promise<string> => {
    const body = '{"expiresInMinutes":0}';
    const head = [
      `POST ${path} HTTP/1.1`,
      'host: localhost',
      `authorization: Basic ${btoa('seatsio-demo-secret:')}`,
      'content-type: application/json',
      `content-length: ${body.length}`,
      'connection: close',
    ];
    return wire(`${head.join('\r\n')}\r\n\r\n${body}`);
  };

  it.each([
    '/hold-tokens/..',
    '/hold-tokens/../events/evening',
    '/hold-tokens/%2e%2e',
    '/hold-tokens/%2e%2e%2fevents%2fevening',
    '/events/%2e%2e/actions/update-extra-data',
    '/events/..%2f..%2fetc/actions/change-object-status',
    '/hold-tokens/%00',
    '/system/public/charts/a%00b',
    `/events/${EVENT}/actions/mark-everything-as-for-sale?ignored=%00`,
    '/hold-tokens/%ed%a0%80',
    '/hold-tokens/%zz',
    '/hold-tokens/%c3%28',
    `/hold-tokens/${'x'.repeat(2_000)}`,
    '//evil.example/hold-tokens',
  ])("that leads elsewhere (%s) leads nowhere, in the vendor's shape", async (path) => {
    const before = state();
    const answer = await send(path);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).toContain('"requestId"');
    expect(state()).toBe(before);
  });
});

describe('what is no HTTP request', () => {
  const chunked = `POST /events HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic ${btoa('seatsio-demo-secret:')}\r\ntransfer-encoding: chunked\r\n\r\n`;

  it.each([
    ['a path without its slash', 'GET events HTTP/1.1\r\nhost: localhost\r\n\r\n', 400],
    ['an unknown method', 'SELL /events HTTP/1.1\r\nhost: localhost\r\n\r\n', 400],
    ['a chunk without a length', `${chunked}nonsense\r\n`, 400],
    ['headers without end', `GET /events HTTP/1.1\r\nx: ${'x'.repeat(1_100_000)}\r\n\r\n`, 431],
  ])("(%s) is answered in the vendor's shape", async (_, text, status) => {
    const [head = '', body = ''] = (await wire(text)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(body)).toMatchObject({
      status,
      messages: [expect.any(String)],
      errors: [{ code: 'GENERAL_ERROR', message: expect.any(String) }],
      requestId: expect.any(String),
    });
  });
});
