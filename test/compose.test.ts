import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../dev/project-root.ts';
import { SEARCH_ATTRIBUTES } from '../dev/search-attributes.ts';
import { RETENTION_DAYS } from '../dev/temporal-ready.ts';
import { readConfig } from '../src/config.ts';
import { readGatewayConfig } from '../src/gateway-config.ts';

interface Service {
  image?: string;
  build?: { target: string };
  restart?: string;
  healthcheck?: { test: string[] };
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  entrypoint?: string[];
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
}

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const compose = parse(read('docker-compose.yml')) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const isJob = (service: Service) => service.restart?.startsWith('on-failure') ?? false;
const service = (name: string): Service => compose.services[name] ?? {};

/** What is a matter of taste (order of keys), or wrong for an image that is both built and named. */
const OFF = [
  'no-build-and-image',
  'require-quotes-in-ports',
  'service-keys-order',
  'services-alphabetical-order',
  'service-dependencies-alphabetical-order',
];

describe('docker-compose.yml', () => {
  it("obeys the Compose specification's schema and the linter's rules", () => {
    const rules = Object.fromEntries(OFF.map((rule) => [rule, 0 as const]));
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
    const results: { messages: object[] }[] = linter.lintFiles(
      [join(projectRoot, 'docker-compose.yml')],
      false,
    );
    expect(results).toHaveLength(1);
    expect(results.flatMap(({ messages }) => messages)).toEqual([]);
  });

  it('pins every image to a version', () => {
    for (const [name, { image }] of services) {
      expect(image, name).toMatch(/:\d+\.\d+(\.\d+)?(-\w+)?$/);
    }
    expect(service('temporal-schema').image?.split(':')[1]).toBe(service('temporal').image?.split(':')[1]);
    for (const [, image] of read('Dockerfile').matchAll(/^FROM (\S+:\S+)/gm)) {
      expect(image).toMatch(/:\d+\.\d+\.\d+/);
    }
  });

  it('restarts every service, says when each is healthy, and lets a job end', () => {
    for (const [name, each] of services) {
      if (isJob(each)) continue;
      expect(each.restart, name).toBe('unless-stopped');
      expect(each.healthcheck?.test.length, name).toBeGreaterThan(1);
    }
    const jobs = services.filter(([, each]) => isJob(each)).map(([name]) => name);
    expect(jobs).toEqual(['temporal-schema', 'temporal-namespace']);
  });

  it('waits for health or for the end of a job, never only for a start', () => {
    for (const [name, { depends_on: dependencies = {} }] of services) {
      for (const [other, { condition }] of Object.entries(dependencies)) {
        const expected = isJob(service(other)) ? 'service_completed_successfully' : 'service_healthy';
        expect(condition, `${name} → ${other}`).toBe(expected);
      }
    }
  });

  it('keeps state in named volumes only, and mounts only files that exist', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) =>
      volumes.map((mount) => mount.split(':')[0] ?? ''),
    );
    for (const source of mounts) {
      if (source.startsWith('.')) expect(existsSync(join(projectRoot, source)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
    expect(mounts).toContain('postgresql');
  });

  it('publishes ports on this machine only', () => {
    for (const [name, { ports = [] }] of services) {
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('runs scripts of the job containers that exist, with what the checkout needs of a namespace', () => {
    for (const job of ['temporal-schema', 'temporal-namespace']) {
      const script = service(job).entrypoint?.at(-1) ?? '';
      expect(existsSync(join(projectRoot, script)), script).toBe(true);
    }
    const script = read('deploy/temporal-namespace.sh');
    for (const [name, type] of Object.entries(SEARCH_ATTRIBUTES)) expect(script).toContain(`${name}=${type}`);
    expect(service('temporal-namespace').environment?.RETENTION).toBe(`${RETENTION_DAYS}d`);
  });

  it('gives the server the dynamic settings that make a server of few shards fast', () => {
    const path = service('temporal').environment?.DYNAMIC_CONFIG_FILE_PATH ?? '';
    const mount = service('temporal').volumes?.find((each) => each.includes('dynamicconfig')) ?? '';
    const [folder = '', target = ''] = mount.split(':');
    const settings = parse(read(path.replace(target, folder))) as Record<string, { value: number }[]>;
    for (const queue of ['transfer', 'timer', 'visibility', 'outbound']) {
      expect(settings[`history.${queue}ProcessorMaxPollRPS`]?.[0]?.value).toBeGreaterThanOrEqual(10_000);
    }
  });

  it.each(['worker', 'gateway'])('sets for the %s only names that .env.example or Temporal knows', (name) => {
    const known = read('.env.example');
    for (const setting of Object.keys(service(name).environment ?? {})) {
      if (setting.startsWith('TEMPORAL_')) continue;
      expect(known, setting).toMatch(new RegExp(`^#? ?${setting}=`, 'm'));
    }
  });

  it('has settings for worker and gateway that they start with when there is no .env', () => {
    const shownBy = (name: string) =>
      Object.fromEntries(
        Object.entries(service(name).environment ?? {}).map(([setting, value]) => [
          setting,
          value.replace(/^\$\{\w+:-(.*)\}$/, '$1'),
        ]),
      );
    expect(readConfig(shownBy('worker')).seatsio.baseUrl).toBe('http://127.0.0.1:7301');
    const { keys, admin } = readGatewayConfig(shownBy('gateway'));
    expect(keys.map(({ role }) => role)).toEqual(['checkout', 'payments', 'admin']);
    expect(admin.host, 'administrators are inside').toBe('127.0.0.1');
  });

  it('builds each image from a stage that the Dockerfile has', () => {
    const stages = [...read('Dockerfile').matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, stage]) => stage);
    const targets = services.flatMap(([, { build }]) => build?.target ?? []);
    expect(targets).toEqual(['stand-ins', 'worker', 'gateway']);
    for (const target of targets) expect(stages).toContain(target);
  });
});
