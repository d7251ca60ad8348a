const PAUSE_MS = 100;

/**
 * Tries again until an attempt fails no more: what a person would do who looks again.
 * @param seconds after which its last failure is the failure
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
