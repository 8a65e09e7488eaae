import { randomUUID } from 'node:crypto';
import type { Row, Store } from '../stand-in/store.ts';
import { type Page, type PageQuery, readPage } from './paging.ts';
import { invalid, notFound, VendorError } from './vendor-error.ts';

/** Where charts, events and hold tokens live; a company has several. */
export interface Workspace {
  id: number;
  companyId: number;
  key: string;
  secretKey: string;
  name: string;
  isTest: boolean;
  isDefault: boolean;
  isActive: boolean;
}

export interface Company {
  id: number;
  adminKey: string;
  holdPeriodInMinutes: number;
}

/** Companies and their workspaces, found by the keys that callers show. */
export interface Workspaces {
  /** The workspace that a secret key opens; undefined: nobody has the key. Throws WORKSPACE_NOT_FOUND. */
  opened(secretKey: string, workspaceKey?: string): Workspace | undefined;
  /** A company with one default workspace. Keys are made if they are not given. */
  createCompany(keys?: { adminKey: string; workspaceKey: string }): {
    company: Company;
    workspace: Workspace;
  };
  company(companyId: number): Company;
  setHoldPeriod(companyId: number, minutes: number): void;
  create(companyId: number, name: string, isTest: boolean): Workspace;
  /** Throws WORKSPACE_NOT_FOUND, also for another company's. */
  get(companyId: number, key: string): Workspace;
  byId(id: number): Workspace;
  /** Throws GENERAL_ERROR for a default workspace that is off. */
  update(workspace: Workspace): void;
  remove(workspace: Workspace): void;
  list(companyId: number, page: PageQuery, only?: { filter?: string; active?: boolean }): Page<Workspace>;
}

export function createWorkspaces(store: Store): Workspaces {
  store.exec(
    `CREATE TABLE IF NOT EXISTS companies (
       id INTEGER PRIMARY KEY AUTOINCREMENT, admin_key TEXT UNIQUE NOT NULL, hold_period REAL NOT NULL);
     CREATE TABLE IF NOT EXISTS workspaces (
       id INTEGER PRIMARY KEY AUTOINCREMENT, company_id INTEGER NOT NULL, key TEXT UNIQUE NOT NULL,
       secret_key TEXT UNIQUE NOT NULL, name TEXT NOT NULL, is_test INTEGER NOT NULL,
       is_default INTEGER NOT NULL, is_active INTEGER NOT NULL);`,
  );
  const insertCompany = store.prepare('INSERT INTO companies (admin_key, hold_period) VALUES (?, 15)');
  const insert = store.prepare(
    `INSERT INTO workspaces (company_id, key, secret_key, name, is_test, is_default, is_active)
     VALUES (?, ?, ?, ?, ?, ?, 1)`,
  );
  const companyByKey = store.prepare('SELECT * FROM companies WHERE admin_key = ?');
  const companyById = store.prepare('SELECT * FROM companies WHERE id = ?');
  const setPeriod = store.prepare('UPDATE companies SET hold_period = ? WHERE id = ?');
  const bySecret = store.prepare('SELECT * FROM workspaces WHERE secret_key = ?');
  const byKey = store.prepare('SELECT * FROM workspaces WHERE company_id = ? AND key = ?');
  const byId = store.prepare('SELECT * FROM workspaces WHERE id = ?');
  const ofDefault = store.prepare('SELECT * FROM workspaces WHERE company_id = ? AND is_default = 1');
  const noDefault = store.prepare('UPDATE workspaces SET is_default = 0 WHERE company_id = ? AND id <> ?');
  const setDefault = store.prepare('UPDATE workspaces SET is_default = 1 WHERE id = ?');
  const save = store.prepare(
    'UPDATE workspaces SET secret_key = ?, name = ?, is_default = ?, is_active = ? WHERE id = ?',
  );
  const remove = store.prepare('DELETE FROM workspaces WHERE id = ?');
  const wanted = `company_id = ? AND instr(name, ?) > 0 AND is_active >= ? AND is_active <= ?`;
  const after = store.prepare(`SELECT * FROM workspaces WHERE ${wanted} AND id < ? ORDER BY id DESC LIMIT ?`);
  const before = store.prepare(`SELECT * FROM workspaces WHERE ${wanted} AND id > ? ORDER BY id LIMIT ?`);

  /** Every call shows its keys, so what they open is kept until a workspace changes. */
  const known = new Map<string, Map<string | undefined, Workspace>>();
  store.onFailedCommit(() => known.clear());

  const found = (row: Row | undefined, key: string): Workspace => {
    if (row === undefined) throw notFound('Workspace', key);
    return workspaceOf(row);
  };
  const get = (companyId: number, key: string) => found(byKey.get(companyId, key), key);
  const lookUp = (secretKey: string, workspaceKey: string | undefined): Workspace | undefined => {
    const own = bySecret.get(secretKey);
    const companyId = companyByKey.get(secretKey)?.id ?? own?.company_id;
    if (companyId === undefined) return undefined;
    if (workspaceKey === undefined) {
      const row = companyByKey.get(secretKey) === undefined ? own : ofDefault.get(Number(companyId));
      return row === undefined ? undefined : workspaceOf(row);
    }
    const named = get(Number(companyId), workspaceKey);
    // A workspace's own key opens that one only.
    if (companyByKey.get(secretKey) === undefined && named.secretKey !== secretKey) {
      throw notFound('Workspace', workspaceKey);
    }
    return named;
  };
  const create = (
    companyId: number,
    name: string,
    isTest: boolean,
    isDefault = false,
    key: string = randomUUID(),
  ) => {
    insert.run(companyId, key, randomUUID(), name, isTest ? 1 : 0, isDefault ? 1 : 0);
    return get(companyId, key);
  };
  const defaultOf = (companyId: number, key: string): Workspace => {
    const existing = ofDefault.get(companyId);
    if (existing !== undefined) return workspaceOf(existing);
    const named = byKey.get(companyId, key);
    if (named === undefined) return create(companyId, 'Default workspace', false, true, key);
    setDefault.run(Number(named.id));
    return get(companyId, key);
  };
  const company = (id: number): Company => {
    const row = companyById.get(id);
    if (row === undefined) throw new Error(`no company ${id}`);
    return { id, adminKey: String(row.admin_key), holdPeriodInMinutes: Number(row.hold_period) };
  };

  return {
    opened: (secretKey, workspaceKey) => {
      const cached = known.get(secretKey)?.get(workspaceKey);
      if (cached !== undefined) return cached;
      const opened = lookUp(secretKey, workspaceKey);
      if (opened === undefined) return undefined;
      const ofKey = known.get(secretKey) ?? new Map<string | undefined, Workspace>();
      known.set(secretKey, ofKey.set(workspaceKey, opened));
      return opened;
    },
    createCompany: ({ adminKey, workspaceKey } = { adminKey: randomUUID(), workspaceKey: randomUUID() }) =>
      store.transaction(() => {
        const row = companyByKey.get(adminKey);
        const id = row === undefined ? insertCompany.run(adminKey).lastInsertRowid : Number(row.id);
        return { company: company(id), workspace: defaultOf(id, workspaceKey) };
      }),
    company,
    setHoldPeriod: (companyId, minutes) => {
      setPeriod.run(minutes, companyId);
    },
    create: (companyId, name, isTest) => create(companyId, name, isTest),
    get,
    byId: (id) => found(byId.get(id), String(id)),
    update: ({ id, companyId, secretKey, name, isDefault, isActive }) => {
      // A company's key without a workspace opens its default one, so that one is never off, and never deleted.
      if (isDefault && !isActive) throw invalid('The default workspace must be active');
      known.clear();
      store.transaction(() => {
        if (isDefault) noDefault.run(companyId, id);
        save.run(secretKey, name, isDefault ? 1 : 0, isActive ? 1 : 0, id);
      });
    },
    remove: ({ id, isActive }) => {
      if (isActive) {
        const message = 'Cannot delete active workspace, please deactivate it first';
        throw new VendorError(400, 'CANNOT_DELETE_ACTIVE_WORKSPACE', message);
      }
      known.clear();
      remove.run(id);
    },
    list: (companyId, page, { filter = '', active } = {}) => {
      const which = [companyId, filter, active === true ? 1 : 0, active === false ? 0 : 1];
      const listing = {
        after: (id = Number.MAX_SAFE_INTEGER, limit: number) => after.all(...which, id, limit),
        before: (id: number, limit: number) => before.all(...which, id, limit),
      };
      return readPage(listing, page, workspaceOf);
    },
  };
}

function workspaceOf(row: Row): Workspace {
  return {
    id: Number(row.id),
    companyId: Number(row.company_id),
    key: String(row.key),
    secretKey: String(row.secret_key),
    name: String(row.name),
    isTest: row.is_test === 1,
    isDefault: row.is_default === 1,
    isActive: row.is_active === 1,
  };
}
