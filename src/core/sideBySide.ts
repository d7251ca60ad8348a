import type { Pace } from './stop';

/** Does two pieces of work side by side; when one fails, the other is stopped. @throws what failed first */
export async function sideBySide<A, B>(
  pace: Pace,
  first: (pace: Pace) => Promise<A>,
  second: (pace: Pace) => Promise<B>,
): Promise<[A, B]> {
  const failures: unknown[] = [];
  const signal = {
    get aborted(): boolean {
      return failures.length > 0 || pace.signal?.aborted === true;
    },
  };
  const watched = <T>(work: (pace: Pace) => Promise<T>): Promise<T> =>
    work({ ...pace, signal }).catch((error: unknown) => {
      failures.push(error);
      throw error;
    });
  const [a, b] = await Promise.allSettled([watched(first), watched(second)]);
  if (a.status === 'rejected' || b.status === 'rejected') throw failures[0];
  return [a.value, b.value];
}
