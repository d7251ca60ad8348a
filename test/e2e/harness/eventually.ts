const PAUSE_MS = 100;

/**
 * Repeats an attempt until it succeeds.
 * @throws the last error once the time is up
 */
export async function eventually<T>(attempt: () => T | Promise<T>, seconds = 30): Promise<T> {
  const until = Date.now() + 1000 * seconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
