import { parentPort, workerData } from 'node:worker_threads';
import { LegRunner } from '../../core/experiment/legs';
import { typescriptEngine } from '../../core/engine/typescript/typescriptEngine';
import { fastestLocalEngine } from '../engines';
import { nodePace } from '../pace';
import { failureOf, type WorkerReply, type WorkerRequest, type WorkerSetup } from './messages';

/** A worker thread: runs the legs it is sent, one after another, and tells what they tell. */
function serve(
  port: NonNullable<typeof parentPort>,
  { context, engineName, stop }: WorkerSetup,
): void {
  const engine = engineName === 'typescript' ? typescriptEngine() : fastestLocalEngine().engine;
  const runner = new LegRunner(context, engine);
  // Read from shared memory: the inner loop sees a stop without waiting for a message.
  const signal = {
    get aborted(): boolean {
      return Atomics.load(stop, 0) !== 0;
    },
  };
  const reply = (message: WorkerReply): void => port.postMessage(message);
  port.on('message', (task: WorkerRequest) => {
    void (async () => {
      try {
        for await (const event of runner.run([task], { ...nodePace(), signal })) {
          reply({ type: 'event', event });
        }
        reply({ type: 'done' });
      } catch (error) {
        reply({ type: 'failed', failure: failureOf(error) });
      }
    })();
  });
}

if (parentPort) serve(parentPort, workerData as WorkerSetup);
