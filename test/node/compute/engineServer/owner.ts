import { EngineClient } from '../../../../src/node/compute/engineServer/engineClient';

/**
 * A program that runs an experiment in the engine's process, tells the process's id once rows come, and goes
 * on: to be killed by a test.
 */
async function main(experiment: string): Promise<void> {
  const client = new EngineClient();
  let told = false;
  await client.run(
    { experiment, engine: 'simd', workers: 1, keep: 'specification' },
    {
      events(events) {
        if (told || !events.some(({ type }) => type === 'epoch-measured')) return;
        told = true;
        process.stdout.write(`${client.pid}\n`);
      },
    },
    new AbortController().signal,
  );
}

void main(process.argv[2]);
