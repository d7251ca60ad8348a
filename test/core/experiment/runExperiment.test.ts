import assert from 'node:assert/strict';
import type { ExperimentEvent } from '../../../src/core/experiment/events';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { legName, planRun, type Leg } from '../../../src/core/experiment/plan';
import { Stopped, StopSource } from '../../../src/core/stop';
import type { Specimen } from '../../../src/core/network/specimen';
import { DATA, eventsOf, inMemory, ofType, rowsOf, running, tiny } from './tinyExperiment';

/** An event in a line: what happened to which leg. */
function lineOf(event: ExperimentEvent): string {
  switch (event.type) {
    case 'stage-started':
      return `${event.stage} of ${event.seeds.join(', ')}`;
    case 'epoch-measured': {
      const { phase, epoch } = event.row;
      return `row ${legName(event.row)}/${phase}/${epoch}`;
    }
    case 'checkpoint-ready': {
      const { leg, phase, epoch } = event.checkpoint;
      return `checkpoint ${legName(leg)}/${phase}/${epoch}`;
    }
    case 'leg-started':
    case 'leg-finished':
      return `${event.type} ${legName(event.leg)}`;
    case 'run-started':
    case 'data-progress':
    case 'data-ready':
    case 'null-drawn':
    case 'warning':
    case 'run-finished':
      return event.type;
  }
}

function measured(leg: string, phase: string, ...epochs: number[]): string[] {
  return epochs.flatMap((epoch) => [
    `row ${leg}/${phase}/${epoch}`,
    `checkpoint ${leg}/${phase}/${epoch}`,
  ]);
}

/** The lines of a leg before training, or the rest of them. */
function opening(leg: string, phase: string): string[] {
  return [`leg-started ${leg}`, ...measured(leg, phase, 0)];
}

function lastSpecimens(events: readonly ExperimentEvent[]): Map<string, Specimen> {
  return new Map(
    ofType(events, 'checkpoint-ready').map(({ checkpoint: { leg, specimen } }) => [
      legName(leg),
      specimen,
    ]),
  );
}

describe('a run', () => {
  it('tells everything in order: data, then seed by seed training and retraining', async () => {
    const events = await eventsOf(
      tiny({
        seeds: [42, 7],
        pruning: { ratios: [0, 0.5] },
        keep: { attributions: 'epochs' },
      }),
    );
    const ofSeed = (seed: number): string[] => [
      `training of ${seed}`,
      ...opening(`${seed}-dense`, 'initial'),
      ...measured(`${seed}-dense`, 'training', 1, 2, 3),
      `leg-finished ${seed}-dense`,
      `retraining of ${seed}`,
      ...opening(`${seed}-dense-0`, 'pruned'),
      ...opening(`${seed}-dense-0.5`, 'pruned'),
      ...measured(`${seed}-dense-0`, 'retraining', 1, 2),
      `leg-finished ${seed}-dense-0`,
      ...measured(`${seed}-dense-0.5`, 'retraining', 1, 2),
      `leg-finished ${seed}-dense-0.5`,
    ];
    assert.deepEqual(events.map(lineOf), [
      'run-started',
      'data of 42, 7',
      'data-ready',
      'null-drawn',
      ...ofSeed(42),
      ...ofSeed(7),
      'run-finished',
    ]);
  });

  it('tells first what it is going to do', async () => {
    const specification = tiny({ seeds: [42, 7], specimen: { dropoutTwin: 0.5 } });
    const [first] = await eventsOf(specification);
    assert.deepEqual(first, {
      type: 'run-started',
      specification,
      engine: typescriptEngine().description,
      legs: planRun(specification),
      // Two seeds, two arms: 3 epochs, and 2 after each of three ratios.
      epochs: 2 * 2 * (3 + 3 * 2),
      epochsDone: 0,
    });
  });

  it('passes on what the data source reports and warns of', async () => {
    const source = inMemory(DATA, ['the data is made up']);
    const events = await eventsOf(tiny(), { data: source });
    assert.deepEqual(events.slice(2, 4), [
      { type: 'data-ready', report: { samples: 40, features: 5, inputs: 3, outputs: 2 } },
      { type: 'warning', message: 'the data is made up' },
    ]);
  });

  it('gives the same events twice, to the last bit', async () => {
    for (const streams of ['named', 'torch']) {
      const specification = tiny({ streams, specimen: { dropoutTwin: 0.3 } });
      assert.deepEqual(await eventsOf(specification), await eventsOf(specification));
    }
  });

  it('gives a seed the same rows whatever seeds are run beside it', async () => {
    const seeds = [42, 7, 0, Number.MAX_SAFE_INTEGER];
    const together = rowsOf(await eventsOf(tiny({ seeds })));
    for (const seed of seeds) {
      const alone = rowsOf(await eventsOf(tiny({ seeds: [seed] })));
      assert.deepEqual(
        together.filter((row) => row.seed === seed),
        alone,
      );
    }
    const finals = together.filter(({ phase, epoch }) => phase === 'training' && epoch === 3);
    assert.equal(new Set(finals.map(({ testLoss }) => testLoss)).size, seeds.length);
  });

  it('hands an engine as many seeds at once as it wants, for the same rows', async () => {
    const specification = tiny({ seeds: [1, 2, 3] });
    const events = await eventsOf(specification, {
      engine: { ...typescriptEngine(), seedsAtOnce: 2 },
    });
    const stages = ofType(events, 'stage-started').map(lineOf);
    assert.deepEqual(stages, [
      'data of 1, 2, 3',
      'training of 1, 2',
      'retraining of 1, 2',
      'training of 3',
      'retraining of 3',
    ]);
    const rows = rowsOf(events);
    const alone = rowsOf(await eventsOf(specification));
    assert.equal(rows.length, alone.length);
    for (const row of alone) {
      const same = rows.find(
        ({ seed, requested, phase, epoch }) =>
          seed === row.seed &&
          requested === row.requested &&
          phase === row.phase &&
          epoch === row.epoch,
      );
      assert.deepEqual(same, row);
    }
  });

  describe('without much to do', () => {
    it('measures the initial specimen where nothing is trained', async () => {
      const specification = tiny({
        training: { epochs: 0 },
        pruning: { ratios: [0.5], retraining: { epochs: 0 } },
      });
      assert.deepEqual((await eventsOf(specification)).map(lineOf), [
        'run-started',
        'data of 42',
        'data-ready',
        'null-drawn',
        'training of 42',
        ...opening('42-dense', 'initial'),
        'leg-finished 42-dense',
        'retraining of 42',
        ...opening('42-dense-0.5', 'pruned'),
        'leg-finished 42-dense-0.5',
        'run-finished',
      ]);
    });

    it('retrains what was never trained, or trains what is never retrained', async () => {
      const untrained = await eventsOf(tiny({ training: { epochs: 0 } }));
      assert.equal(rowsOf(untrained).filter(({ phase }) => phase === 'retraining').length, 3 * 2);
      const pruning = { retraining: { epochs: 0 } };
      const trained = rowsOf(await eventsOf(tiny({ pruning })));
      assert.deepEqual(
        trained.map(({ phase }) => phase),
        ['initial', 'training', 'training', 'training', 'pruned', 'pruned', 'pruned'],
      );
    });

    it('has no stage of retraining without ratios', async () => {
      const events = await eventsOf(tiny({ pruning: { ratios: [] } }));
      assert.deepEqual(
        ofType(events, 'stage-started').map(({ stage }) => stage),
        ['data', 'training'],
      );
      assert.equal(rowsOf(events).length, 4);
    });
  });

  describe('that goes on where another was left', () => {
    const specification = tiny({ seeds: [42, 7], specimen: { dropoutTwin: 0.5 } });
    let whole: ExperimentEvent[];
    let legs: Leg[];

    before(async () => {
      whole = await eventsOf(specification);
      legs = planRun(specification);
    });

    /** Legs that a run may have finished: its first ones, with or without a hole. */
    const cases: [what: string, finished: (index: number) => boolean][] = [
      ['nothing', () => false],
      ['one arm', (i) => i < 1],
      ['both arms', (i) => i < 2],
      ['some ratios', (i) => i < 4],
      ['every other ratio', (i) => i < 2 || (i < 8 && i % 2 === 0)],
      ['one seed', (i) => i < 8],
      ['all but the last leg', (i) => i < 15],
      ['everything', () => true],
    ];

    for (const [what, isFinished] of cases) {
      it(`gives the rest of the same events, after ${what}`, async () => {
        const last = lastSpecimens(whole);
        const names = new Set(legs.filter((_, i) => isFinished(i)).map(legName));
        const events = await eventsOf(specification, {
          finished: {
            specimenOf: (leg) => (names.has(legName(leg)) ? last.get(legName(leg)) : undefined),
          },
        });
        const ofLegs = (some: readonly ExperimentEvent[]): ExperimentEvent[] =>
          some.filter((event) => !['run-started', 'stage-started'].includes(event.type));
        const isOfFinished = (event: ExperimentEvent): boolean => {
          const name = /\b\d+-(dense|dropout)(-[\d.]+)?/.exec(lineOf(event))?.[0];
          if (event.type === 'warning' && event.leg) return names.has(legName(event.leg));
          return name !== undefined && names.has(name);
        };
        assert.deepEqual(
          ofLegs(events),
          ofLegs(whole).filter((event) => !isOfFinished(event)),
        );
        const [started] = ofType(events, 'run-started');
        const done = legs.filter((leg) => names.has(legName(leg)));
        // Two seeds, two arms.
        assert.equal(started.epochs, 36);
        assert.equal(
          started.epochsDone,
          done.reduce((sum, { requested }) => sum + (requested === null ? 3 : 2), 0),
        );
      });
    }

    it('has only the stages in which something is left to do', async () => {
      const last = lastSpecimens(whole);
      const events = await eventsOf(specification, {
        finished: { specimenOf: (leg) => (leg.seed === 42 ? last.get(legName(leg)) : undefined) },
      });
      assert.deepEqual(ofType(events, 'stage-started').map(lineOf), [
        'data of 42, 7',
        'training of 7',
        'retraining of 7',
      ]);
    });
  });

  describe('that is stopped', () => {
    it('ends before the next event, whenever the signal comes', async () => {
      const specification = tiny({ seeds: [42, 7], pruning: { ratios: [0.5] } });
      const whole = await eventsOf(specification);
      for (let last = 0; last < whole.length - 1; last++) {
        const signal = new StopSource();
        const events: ExperimentEvent[] = [];
        const run = running(specification, {
          pace: { signal, yieldToEventLoop: () => Promise.resolve() },
        });
        await assert.rejects(async () => {
          for await (const event of run) {
            events.push(event);
            if (events.length === last + 1) signal.stop();
          }
        }, Stopped);
        assert.deepEqual(events.map(lineOf), whole.slice(0, last + 1).map(lineOf));
        assert.deepEqual(await run.next(), { value: undefined, done: true });
      }
    });

    it('is whole when the signal comes with its last event', async () => {
      const signal = new StopSource();
      const types: string[] = [];
      const pace = { signal, yieldToEventLoop: () => Promise.resolve() };
      for await (const { type } of running(tiny(), { pace })) {
        types.push(type);
        if (type === 'run-finished') signal.stop();
      }
      assert.equal(types.at(-1), 'run-finished');
    });

    it('does nothing at all when it is stopped already', async () => {
      const pace = { signal: AbortSignal.abort(), yieldToEventLoop: () => Promise.resolve() };
      await assert.rejects(eventsOf(tiny(), { pace }), Stopped);
    });

    it('ends at the next yield in the middle of an epoch', async () => {
      const signal = new StopSource();
      let yields = 0;
      const pace = {
        signal,
        yieldToEventLoop: () => {
          yields++;
          signal.stop();
          return Promise.resolve();
        },
      };
      // An epoch of 28 samples through 2 million parameters: many times the work between yields.
      const specification = tiny({
        specimen: { hidden: [1400, 1400] },
        training: { batchSize: 1 },
      });
      const events: ExperimentEvent[] = [];
      await assert.rejects(async () => {
        for await (const event of running(specification, { pace })) events.push(event);
      }, Stopped);
      assert.equal(yields, 1);
      assert.equal(rowsOf(events).filter(({ epoch }) => epoch > 0).length, 0);
    });
  });

  it('leaves nothing running when its reader goes away', async () => {
    let disposed = false;
    const engine = typescriptEngine();
    const run = running(tiny(), {
      engine: {
        ...engine,
        async *train(tasks, pace) {
          try {
            yield* engine.train(tasks, pace);
          } finally {
            disposed = true;
          }
        },
      },
    });
    for await (const event of run) {
      if (event.type === 'epoch-measured' && event.row.epoch === 1) break;
    }
    assert.ok(disposed);
  });
});
