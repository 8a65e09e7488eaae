import type { ObjectInfo } from './object-infos.ts';

/** Objects of one kind as a summary counts them: an area has one share for each status of its places. */
export interface Share {
  info: ObjectInfo;
  quantity: number;
}

/** What the reports group an event's objects by. */
const groupings = {
  byStatus: ({ status }: ObjectInfo) => status,
  byObjectType: ({ objectType }: ObjectInfo) => objectType,
  byCategoryKey: ({ categoryKey }: ObjectInfo) => categoryKey || 'NO_CATEGORY',
  byCategoryLabel: ({ categoryLabel }: ObjectInfo) => categoryLabel || 'NO_CATEGORY',
  bySection: ({ section }: ObjectInfo) => section ?? 'NO_SECTION',
  byZone: ({ zone }: ObjectInfo) => zone ?? 'NO_ZONE',
  byChannel: ({ channel }: ObjectInfo) => (typeof channel === 'string' ? channel : 'NO_CHANNEL'),
  byAvailability: ({ isAvailable }: ObjectInfo) => (isAvailable === true ? 'available' : 'not_available'),
  byAvailabilityReason: ({ availabilityReason }: ObjectInfo) => String(availabilityReason),
};
/** These have no summary. */
const detailGroupings = {
  byLabel: ({ label }: ObjectInfo) => label,
  byOrderId: ({ orderId }: ObjectInfo) => orderId ?? 'NO_ORDER_ID',
};

type Grouping = keyof typeof groupings;
type DetailGrouping = Grouping | keyof typeof detailGroupings;

export function isSummaryGrouping(name: string): name is Grouping {
  return Object.hasOwn(groupings, name);
}

export function isGrouping(name: string): name is DetailGrouping {
  return isSummaryGrouping(name) || Object.hasOwn(detailGroupings, name);
}

/** Groups that a report has even when nothing is in them. */
export type KnownGroups = Partial<Record<Grouping, readonly string[]>>;

/** The objects of each group, in the chart's order. */
export function groupInfos(
  grouping: DetailGrouping,
  infos: readonly ObjectInfo[],
  known: KnownGroups,
): Map<string, ObjectInfo[]> {
  return groupBy(infos, { ...groupings, ...detailGroupings }[grouping], knownOf(grouping, known));
}

/**
 * How many there are of each group, and how they divide by every other grouping; `depth` 2 divides each of those
 * once more. Places of an area are counted one by one.
 */
export function summarise(
  grouping: Grouping,
  shares: readonly Share[],
  known: KnownGroups,
  depth: 1 | 2,
): Record<string, object> {
  const groups = groupBy(shares, ({ info }) => groupings[grouping](info), knownOf(grouping, known));
  return Object.fromEntries([...groups].map(([name, members]) => [name, divide(members, [grouping], depth)]));
}

function divide(shares: readonly Share[], used: readonly Grouping[], depth: number): object {
  const divided: Record<string, unknown> = { count: total(shares) };
  for (const grouping of Object.keys(groupings) as Grouping[]) {
    if (used.includes(grouping)) continue;
    const groups = groupBy(shares, ({ info }) => groupings[grouping](info));
    divided[grouping] = Object.fromEntries(
      [...groups].map(([name, members]) => [
        name,
        depth === 1 ? total(members) : divide(members, [...used, grouping], depth - 1),
      ]),
    );
  }
  return divided;
}

function total(shares: readonly Share[]): number {
  return shares.reduce((sum, { quantity }) => sum + quantity, 0);
}

function knownOf(grouping: DetailGrouping, known: KnownGroups): readonly string[] {
  return isSummaryGrouping(grouping) ? (known[grouping] ?? []) : [];
}

function groupBy<T>(
  items: readonly T[],
  groupOf: (item: T) => string,
  known: readonly string[] = [],
): Map<string, T[]> {
  const groups = new Map<string, T[]>(known.map((name) => [name, []]));
  for (const item of items) {
    const name = groupOf(item);
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [item]);
    else members.push(item);
  }
  return groups;
}
