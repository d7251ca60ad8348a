import { counted } from '../../core/counted';
import path from 'node:path';
import type { StoredMatrix } from '../../core/attribution/matrix';
import { MEASURES } from '../../core/measures/table';
import { checkpointName, planRun } from '../../core/experiment/plan';
import type { FlatRow, MaybeNumber } from '../../core/experiment/metricsRow';
import type { Specification } from '../../core/experiment/specification';
import type { Specimen } from '../../core/network/specimen';
import { seriesArms } from '../../figures/arms/seriesArms';
import type { CheckpointFacts, MatrixSeries } from '../../protocol/matrix';
import { unlessMissing } from './disk';
import { readRows } from './metricsFile';
import { METRICS_FILE } from './paths';
import { readRun, type StoredRun } from './readRun';

/** Reads the data of the matrix page from the folder of a run. Does not import VS Code. */
export class MatrixReader {
  private opened: Promise<StoredRun> | undefined;

  constructor(
    /** Absolute path of the run's folder. */
    readonly folder: string,
  ) {}

  /** Drops the opened run, after it has progressed or ended. */
  forget(): void {
    this.opened = undefined;
  }

  /**
   * Reads the kept checkpoints and their facts.
   * @param running whether a process is computing the run
   * @throws LabError if there is no run or it is damaged
   */
  async series(running: boolean): Promise<MatrixSeries> {
    const run = await this.run();
    const { specification } = run.header;
    const all = await run.checkpoints();
    const kept = all.filter(({ attribution }) => attribution);
    const names = new Set(kept.map(({ name }) => name));
    const facts = names.size > 0 ? await this.facts(names) : new Map<string, CheckpointFacts>();
    const first = kept.length > 0 ? await run.attribution(kept[0].name) : undefined;
    return {
      experiment: specification.name,
      run: path.basename(this.folder),
      folder: this.folder,
      state: running ? 'running' : run.state,
      hidden: specification.specimen.hidden,
      features: first?.featureNames ?? [],
      rows: first?.rows ?? 'pre-activation',
      nulls: run.header.null,
      oldNull: run.header.null === undefined && facts.size > 0,
      activation: specification.specimen.activation,
      compatibility: specification.measures.compatibility,
      ...(specification.arms && { arms: seriesArms(specification) }),
      checkpoints: kept.map((checkpoint) => ({ ...checkpoint, facts: facts.get(checkpoint.name) })),
      empty: first ? undefined : whyEmpty(specification, running),
    };
  }

  /**
   * @param reading its key; by default the first reading of the run
   * @throws LabError if it is not kept or its file is damaged
   */
  async matrix(checkpoint: string, reading?: string): Promise<StoredMatrix> {
    return (await this.run()).attribution(checkpoint, reading);
  }

  /** @throws LabError if it is not kept or its file is damaged */
  async specimen(checkpoint: string): Promise<Specimen> {
    return (await this.run()).specimen(checkpoint);
  }

  private async run(): Promise<StoredRun> {
    this.opened ??= readRun(this.folder);
    try {
      const run = await this.opened;
      // An unfinished run may have more matrices next time.
      if (run.state !== 'finished') this.opened = undefined;
      return run;
    } catch (error) {
      this.opened = undefined;
      throw error;
    }
  }

  private async facts(names: ReadonlySet<string>): Promise<Map<string, CheckpointFacts>> {
    const facts = new Map<string, CheckpointFacts>();
    const reading = (async () => {
      for await (const { flat } of readRows(path.join(this.folder, METRICS_FILE), 'skip')) {
        const name = checkpointName(flat, flat.phase, flat.epoch);
        if (names.has(name)) facts.set(name, factsOf(flat));
      }
    })();
    await unlessMissing(reading);
    return facts;
  }
}

function factsOf(flat: FlatRow): CheckpointFacts {
  const number = (name: string): MaybeNumber => {
    return typeof flat[name] === 'number' ? flat[name] : null;
  };
  return {
    testLoss: number('testLoss'),
    r2: number('r2'),
    neuronRatio: number('neuronRatio'),
    parameterRatio: number('parameterRatio'),
    ...('weightRatio' in flat && { weightRatio: number('weightRatio') }),
    nulls: Object.fromEntries(MEASURES.map(({ id }) => [id, number(`${id}.null`)])),
  };
}

function whyEmpty(specification: Specification, running: boolean): string {
  if (specification.keep.attributions === 'none') {
    return 'This run kept no attribution matrices. Set "keep": { "attributions": "stages" } in experiment.json, or "epochs" for every epoch, and run it again.';
  }
  if (running) {
    return 'The first matrices appear as soon as the first network is trained.';
  }
  const legs = planRun(specification).length;
  return `This run was stopped before the first of its ${counted(legs, 'network')} was finished. Resume it, and its matrices appear here.`;
}
