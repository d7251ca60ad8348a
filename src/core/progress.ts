/** Called with the amount done and the total. */
export type CountProgress = (done: number, of: number) => void;

/**
 * Turns work that reports its progress to a callback into a generator that yields every report and returns
 * the work's result.
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
  // The reader gets the failure from `done` below; until then it must not count as unhandled.
  done.catch(() => undefined);
  for (;;) {
    const ready = reports;
    reports = [];
    yield* ready;
    if (settled && reports.length === 0) return done;
    if (reports.length === 0) await new Promise<void>((resolve) => (wake = resolve));
  }
}

/** Delays progress reports until `release` is called, so that the stages of a task are reported in order. */
export function delayedProgress(onProgress: CountProgress): {
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
