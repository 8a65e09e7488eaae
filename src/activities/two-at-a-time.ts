/** Maps the items, never more than two at a time: for reports, which must leave the remotes to the sales. */
export async function twoAtATime<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  const takeNext = async () => {
    for (const [index, item] of rest) results[index] = await map(item);
  };
  await Promise.all([takeNext(), takeNext()]);
  return results;
}
