/**
 * Turns work that reports its progress to a callback into a generator: yields what is reported, at the
 * latest when the work is done, and returns its result.
 */
export async function* reporting<P, T>(
  work: (report: (progress: P) => void) => Promise<T>,
): AsyncGenerator<P, T> {
  let reports: P[] = [];
  let wake: () => void = () => undefined;
  let settled = false;
  const done = work((progress) => {
    reports.push(progress);
    wake();
  }).finally(() => {
    settled = true;
    wake();
  });
  // Whoever reads the reports sees the failure; until then it must not count as unhandled.
  done.catch(() => undefined);
  for (;;) {
    const ready = reports;
    reports = [];
    yield* ready;
    if (settled && reports.length === 0) return done;
    if (reports.length === 0) await new Promise<void>((resolve) => (wake = resolve));
  }
}
