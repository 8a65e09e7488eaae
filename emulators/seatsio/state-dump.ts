import { createHash } from 'node:crypto';
import type { Row, Store } from '../stand-in/store.ts';
import type { AreaStates } from './area-states.ts';
import { SHIPPED } from './charts.ts';
import type { HoldTokens } from './hold-tokens.ts';
import type { SeasonOverrides } from './season-overrides.ts';
import type { Seasons } from './seasons.ts';
import type { SeatStates } from './seat-states.ts';

export interface DumpedStates {
  tokens: Pick<HoldTokens, 'all'>;
  seats: SeatStates;
  areas: AreaStates;
  seasons: Seasons;
  overrides: SeasonOverrides;
}

/**
 * Companies, workspaces, charts, tokens, events with all their settings, seasons, touched objects and places, as plain JSON
 * in an order that a restart does not change. Of a drawing, which may be megabytes, only the digest, null for a shipped
 * one: it is read by `GET /charts/KEY/version/published`.
 */
export function dumpState(store: Store, { tokens, seats, areas, seasons, overrides }: DumpedStates) {
  const all = (table: string) => store.prepare(`SELECT * FROM ${table} ORDER BY id`).all();
  const workspaces = all('workspaces');
  const charts = all('charts');
  const events = all('events');
  const keyIn = (rows: readonly Row[], wanted: unknown) => rows.find(({ id }) => id === wanted)?.key ?? null;
  const keyOf = (wanted: number) => keyIn(events, wanted);
  const placeOf = (event: Row) => ({ workspace: keyIn(workspaces, event.workspace_id), event: event.key });
  const each = <T>(byEvent: ReadonlyMap<number, ReadonlyMap<string, T>>) =>
    events.flatMap((event) =>
      [...(byEvent.get(Number(event.id)) ?? [])]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([label, state]) => ({ ...placeOf(event), label, state })),
    );

  return {
    companies: all('companies').map(({ id, admin_key, hold_period }) => ({
      ...{ id, adminKey: admin_key, holdPeriodInMinutes: hold_period },
    })),
    workspaces: workspaces.map(({ company_id, key, secret_key, name, is_test, is_default, is_active }) => ({
      ...{ key, company: company_id, secretKey: secret_key, name },
      ...{ isTest: is_test === 1, isDefault: is_default === 1, isActive: is_active === 1 },
    })),
    charts: charts.map(({ workspace_id, key, name, tags, archived, drawing }) => ({
      ...{ workspace: keyIn(workspaces, workspace_id), key, name },
      tags: JSON.parse(String(tags)) as unknown,
      isArchived: archived === 1,
      drawingSha256: drawing === SHIPPED ? null : createHash('sha256').update(String(drawing)).digest('hex'),
    })),
    events: events.map(({ workspace_id, key, chart_id, name, date, created_on, updated_on, settings }) => ({
      ...{ workspace: keyIn(workspaces, workspace_id), key, chartKey: keyIn(charts, chart_id), name, date },
      ...{ createdOn: created_on, updatedOn: updated_on },
      settings: JSON.parse(String(settings)) as unknown,
    })),
    seasons: seasons
      .all()
      .sort((a, b) => a.id - b.id)
      .map(({ id, kind, topId, partials }) => ({
        ...{ key: keyOf(id), kind, season: keyOf(topId), partialSeasons: partials.map(keyOf) },
      })),
    seasonOverrides: overrides
      .all()
      .map(({ eventId, label, seasonId, quantity }) => ({
        ...{ event: keyOf(eventId), label, season: keyOf(seasonId), quantity },
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    tokens: tokens.all().map(({ token, workspaceId, createdAt, expiresAt }) => ({
      holdToken: token,
      workspace: keyIn(workspaces, workspaceId),
      createdAt: new Date(createdAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
    })),
    // Name by name: a state that was read back has its members in another order.
    objects: each(seats.all()).map(({ state, ...place }) => ({
      ...{
        ...place,
        status: state.status,
        orderId: state.orderId ?? null,
        holdToken: state.holdToken ?? null,
      },
      ...{ ticketType: state.ticketType, extraData: state.extraData },
      ...{ isForResale: state.isForResale, resaleListingId: state.resaleListingId },
    })),
    places: each(areas.all()).flatMap(({ state, ...place }) =>
      state.map(({ status, holdToken, ticketType, channel, quantity }) => ({
        ...{ ...place, status, holdToken, ticketType, channel, quantity },
      })),
    ),
  };
}
