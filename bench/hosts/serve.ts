import type { Work } from '../work/job';
import { prepare } from '../work/prepare';
import { loadTensorflow } from '../../src/node/compute/tensorflow/load';
import type { Reply, Request } from './messages';

/** Handles one request at a time. */
export class Server {
  private readonly works = new Map<number, Work>();

  async answer(request: Request): Promise<Reply> {
    try {
      return await this.obey(request);
    } catch (error) {
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  }

  private async obey(request: Request): Promise<Reply> {
    switch (request.operation) {
      case 'hello':
        return { description: (await loadTensorflow()).description };
      case 'prepare': {
        const work = await prepare(request.job);
        this.works.set(request.id, work);
        return { result: await work.check() };
      }
      case 'run': {
        const work = this.works.get(request.id);
        if (!work) throw new Error(`there is no job ${request.id}`);
        const start = performance.now();
        const units = await work.run(request.amount);
        return { ms: performance.now() - start, units };
      }
      case 'drop':
        this.works.delete(request.id);
        return {};
    }
  }
}
