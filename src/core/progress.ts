/** Hears how much is done, of how much. */
export type CountProgress = (done: number, of: number) => void;

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

/** Keeps to itself what is reported until it is released: whoever reads hears of one stage after another. */
export function heldBack(onProgress: CountProgress): {
  report: CountProgress;
  release: () => void;
} {
  let latest: readonly [done: number, of: number] | undefined;
  let released = false;
  return {
    report(done, of) {
      latest = [done, of];
      if (released) onProgress(done, of);
    },
    release() {
      released = true;
      if (latest) onProgress(...latest);
    },
  };
}
