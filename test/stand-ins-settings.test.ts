import { describe, expect, it } from 'vitest';
import { readSettings, UsageError } from '../emulators/settings.ts';

describe('the flags of the stand-ins', () => {
  it('may all be absent: free ports, no admin, state in memory', () => {
    expect(readSettings([])).toEqual({
      ports: { seatsio: 0, tmt: 0, stripe: 0 },
      adminPort: undefined,
      dataDir: undefined,
      synchronous: 'normal',
      help: false,
    });
  });

  it('give ports and a folder', () => {
    const args = ['--seatsio-port', '7101', '--tmt-port=7102', '--admin-port', '0', '--data', 'state'];
    expect(readSettings(args)).toMatchObject({
      ports: { seatsio: 7101, tmt: 7102, stripe: 0 },
      adminPort: 0,
      dataDir: 'state',
    });
  });

  it.each([
    [['--seatsio-port', 'x'], '--seatsio-port'],
    [['--admin-port', '65536'], '--admin-port'],
    [['--tmt-port'], '--tmt-port'],
    [['--seatsio-prot', '1'], '--seatsio-prot'],
    [['--data', ''], '--data'],
    [['--sync', 'off'], '--sync'],
    [['stray'], 'stray'],
  ])('that make no sense are refused by name: %j', (args, name) => {
    expect(() => readSettings(args)).toThrow(UsageError);
    expect(() => readSettings(args)).toThrow(name);
  });
});
