import assert from 'node:assert/strict';
import type { ExperimentEvent } from '../../../src/core/experiment/events';
import type { Checkpoint } from '../../../src/core/experiment/events';
import { armsOf } from '../../../src/core/experiment/arms';
import {
  checkpointName,
  isArmName,
  legEpochs,
  legName,
  needsOf,
  planRun,
  spanOf,
  stagesOf,
  type Leg,
} from '../../../src/core/experiment/plan';
import { flattenRow, unflattenRow, type MetricsRow } from '../../../src/core/experiment/metricsRow';
import type { FinishedLegs } from '../../../src/core/experiment/runExperiment';
import type { Specification } from '../../../src/core/experiment/specification';
import { layersOf } from '../../../src/core/network/layout';
import type { Specimen } from '../../../src/core/network/specimen';
import { eventsOf, ofType, rowsOf, tiny } from './tinyExperiment';

const ARMS = [
  { name: 'control' },
  { name: 'magnitude', pruning: { method: 'magnitude' } },
  { name: 'random', pruning: { method: 'random', widthsOf: 'magnitude' } },
  { name: 'scratch', pruning: { method: 'scratch', widthsOf: 'magnitude' } },
  { name: 'ticket', pruning: { method: 'magnitude', rewind: 0 } },
  { name: 'rewind-2', pruning: { method: 'taylor', rewind: 2 } },
  {
    name: 'imp',
    pruning: { method: 'weights', rewind: 0, schedule: { steps: 3, shares: 'geometric' } },
  },
  {
    name: 'steps',
    pruning: { method: 'activation', schedule: { steps: 2 }, retraining: { epochs: 5 } },
  },
  { name: 'weights', pruning: { method: 'weights', outputLayer: false } },
  { name: 'snip', pruning: { method: 'snip' } },
  { name: 'movement', pruning: { method: 'movement' } },
  {
    name: 'decay',
    training: { optimizer: 'adamw', weightDecay: 0.1 },
    pruning: { method: 'weights' },
  },
  { name: 'dropout', training: { dropout: 0.5 } },
  { name: 'dropout-magnitude', training: { dropout: 0.5 }, pruning: { method: 'magnitude' } },
] as const;

const armed = (sections: Readonly<Record<string, unknown>> = {}): Specification =>
  tiny({ seeds: [42, 7], pruning: { ratios: [0.25, 0.5] }, arms: ARMS, ...sections });

/** Checkpoints by name. */
function checkpoints(events: readonly ExperimentEvent[]): Map<string, Checkpoint> {
  return new Map(
    ofType(events, 'checkpoint-ready').map(({ checkpoint }) => [
      checkpointName(checkpoint.leg, checkpoint.phase, checkpoint.epoch),
      checkpoint,
    ]),
  );
}

const maskedCount = ({ mask }: Specimen): number => mask?.filter((kept) => kept === 0).length ?? 0;

describe('the arms of an experiment', () => {
  const specification = armed();
  let events: ExperimentEvent[];
  let found: Map<string, Checkpoint>;
  let rows: MetricsRow[];

  before(async () => {
    events = await eventsOf(specification);
    found = checkpoints(events);
    rows = rowsOf(events);
  });

  const at = (name: string): Specimen => {
    const checkpoint = found.get(name);
    assert.ok(checkpoint, `there is no ${name}`);
    return checkpoint.specimen;
  };
  const endOf = (leg: Leg): Specimen => {
    const epochs = legEpochs(specification, leg);
    return at(checkpointName(leg, epochs === 0 ? 'pruned' : 'retraining', epochs));
  };

  it('share a leg of training where they train alike', () => {
    const training = planRun(specification).filter(({ requested }) => requested === null);
    assert.deepEqual(training.map(legName), [
      '42-control',
      '42-decay',
      '42-dropout',
      '7-control',
      '7-decay',
      '7-dropout',
    ]);
    assert.equal(armsOf(specification).get('magnitude')?.trainedAs, 'control');
    assert.equal(armsOf(specification).get('dropout-magnitude')?.trainedAs, 'dropout');
  });

  it('train for as long as the control in all, unless a schedule says how long', () => {
    const total = (arm: string): number =>
      planRun(specification)
        .filter((leg) => leg.seed === 42 && leg.arm === arm && (leg.requested ?? 0.5) === 0.5)
        .reduce((sum, leg) => sum + legEpochs(specification, leg), 0);
    // 3 epochs of training, which other arms share, and 2 of retraining.
    assert.equal(total('magnitude'), 2);
    assert.equal(total('scratch'), 5);
    assert.equal(total('ticket'), 5);
    assert.equal(total('rewind-2'), 3);
    assert.equal(total('snip'), 5);
    assert.equal(total('steps'), 5);
    assert.equal(total('imp'), 3 + 3 + 5);
    const step = { seed: 42, arm: 'steps', requested: 0.5 };
    assert.deepEqual(spanOf(specification, { ...step, step: 1 }), { offset: 3, epochs: 2 });
    assert.deepEqual(spanOf(specification, { ...step, step: 2 }), { offset: 5, epochs: 3 });
  });

  it('wait for what they start from, and for nothing that waits for them', () => {
    const legs = planRun(specification);
    const stages = stagesOf(specification, legs);
    assert.deepEqual(stages.flat().map(legName).sort(), legs.map(legName).sort());
    const stageOf = new Map(stages.flatMap((stage, i) => stage.map((leg) => [legName(leg), i])));
    for (const leg of legs) {
      const { trained, rewound, widths } = needsOf(specification, leg);
      for (const other of [trained, rewound?.leg, widths]) {
        if (!other) continue;
        assert.ok(Number(stageOf.get(legName(other))) < Number(stageOf.get(legName(leg))));
      }
    }
  });

  it('take the widths of another arm, layer by layer', () => {
    for (const seed of [42, 7]) {
      for (const requested of [0.25, 0.5]) {
        const of = (arm: string): MetricsRow | undefined =>
          rows
            .filter((row) => row.seed === seed && row.arm === arm && row.requested === requested)
            .at(-1);
        assert.deepEqual(of('random')?.hidden, of('magnitude')?.hidden);
        assert.deepEqual(of('scratch')?.hidden, of('magnitude')?.hidden);
        assert.equal(of('scratch')?.epoch, 5);
        assert.ok(Math.abs(Number(of('random')?.neuronRatio) - requested) < 1 / 14);
      }
    }
  });

  it('start afresh from parameters of their own', () => {
    const fresh = at('42-scratch-0.5/pruned/0');
    const others = at('42-control/initial/0').parameters;
    const shared = fresh.parameters.filter((value) => others.includes(value));
    assert.equal(shared.length, 0);
    assert.notDeepEqual(fresh.parameters, at('7-scratch-0.5/pruned/0').parameters);
  });

  it('return the survivors to their initial values, or to those of an epoch', () => {
    const initial = at('42-control/initial/0');
    const ticket = at('42-ticket-0.5/pruned/0');
    const pruned = at('42-magnitude-0.5/pruned/0');
    assert.deepEqual(ticket.units, pruned.units);
    const [first] = layersOf(initial);
    const [own] = layersOf(ticket);
    ticket.units[0].forEach((unit, row) => {
      assert.equal(own.biases[row], first.biases[unit]);
    });
    const epoch = rows.filter(({ arm, requested }) => arm === 'rewind-2' && requested === 0.5);
    assert.equal(epoch.at(-1)?.epoch, 3);
    // The control's own third epoch follows the second; the rewound net draws the same batches.
    const rewound = at('42-rewind-2-0.5/pruned/0');
    assert.notDeepEqual(rewound.parameters, ticket.parameters);
  });

  it('keep the share of weights that a geometric schedule leaves after each round', () => {
    const weights = 3 * 8 + 8 * 6 + 6 * 2;
    const share = 1 - (1 - 0.5) ** (1 / 3);
    for (const step of [1, 2, 3]) {
      const leg = { seed: 42, arm: 'imp', requested: 0.5, step };
      const specimen = at(checkpointName(leg, 'pruned', 0));
      assert.equal(maskedCount(specimen), weights - Math.round(weights * (1 - share) ** step));
      const row = rows.find((some) => legName(some) === legName(leg));
      assert.equal(row?.step, step);
      assert.ok(Math.abs(Number(row.weightRatio) - maskedCount(specimen) / weights) < 1e-12);
      const initial = at('42-control/initial/0').parameters;
      specimen.parameters.forEach((value, i) => {
        assert.equal(value, specimen.mask?.[i] === 0 ? 0 : initial[i]);
      });
    }
  });

  it('keep masked weights at 0 through their training and weight decay', () => {
    for (const arm of ['imp', 'weights', 'snip', 'movement', 'decay']) {
      for (const leg of planRun(specification)) {
        if (leg.arm !== arm || leg.requested === null) continue;
        const { parameters, mask } = endOf(leg);
        assert.ok(mask && mask.includes(0), legName(leg));
        parameters.forEach((value, i) => {
          if (mask[i] === 0) assert.equal(value, 0);
        });
        assert.deepEqual(mask, at(checkpointName(leg, 'pruned', 0)).mask);
      }
    }
  });

  it('spare the output layer where they are told to', () => {
    const { mask } = endOf({ seed: 42, arm: 'weights', requested: 0.5 });
    assert.ok(mask?.subarray(mask.length - 14).every((kept) => kept === 1));
    assert.equal(mask?.filter((kept) => kept === 0).length, (3 * 8 + 8 * 6) / 2);
  });

  it('prune in steps, each after training', () => {
    const widths = [1, 2].map((step) =>
      rows.find((row) => row.arm === 'steps' && row.requested === 0.5 && row.step === step),
    );
    const units = widths.map((row) => row?.hidden.reduce((sum, width) => sum + width, 0));
    // A quarter of 14 units is 3.5, rounded up.
    assert.deepEqual(units, [10, 7]);
    const [before, after] = [1, 2].map((step) => ({
      seed: 42,
      arm: 'steps',
      requested: 0.5,
      step,
    }));
    const kept = at(checkpointName(after, 'pruned', 0)).units;
    const had = at(checkpointName(before, 'pruned', 0)).units;
    kept.forEach((layer, l) => layer.forEach((unit) => assert.ok(had[l].includes(unit))));
  });

  it('are trained in the same way by the pair of an arm and its control', () => {
    // Nothing is removed at ratio 0, so that the arm is its control.
    const both = tiny({
      pruning: { ratios: [0] },
      arms: [{ name: 'control' }, { name: 'magnitude', pruning: { method: 'magnitude' } }],
    });
    return eventsOf(both).then((some) => {
      const ends = checkpoints(some);
      assert.deepEqual(
        ends.get('42-magnitude-0/retraining/2')?.specimen,
        ends.get('42-control-0/retraining/2')?.specimen,
      );
    });
  });

  it('give the same rows when a run is resumed after any of their legs', async () => {
    const legs = planRun(specification);
    for (const count of [1, 9, 20, legs.length - 3]) {
      const done = new Set(legs.slice(0, count).map(legName));
      const finished: FinishedLegs = {
        specimenOf: (leg, epoch) => {
          if (!done.has(legName(leg))) return undefined;
          if (epoch !== undefined) return at(checkpointName(leg, 'training', epoch));
          return leg.requested === null ? at(checkpointName(leg, 'training', 3)) : endOf(leg);
        },
      };
      const rest = rowsOf(await eventsOf(specification, { finished }));
      const key = (row: MetricsRow): string => `${legName(row)}/${row.epoch}`;
      const sorted = (some: readonly MetricsRow[]): MetricsRow[] =>
        [...some].sort((a, b) => (key(a) < key(b) ? -1 : 1));
      assert.deepEqual(sorted(rest), sorted(rows.filter((row) => !done.has(legName(row)))));
    }
  });

  it('store the parts of their effect, which sum to the whole change', () => {
    const rowOf = (name: string, epoch: number): MetricsRow => {
      const row = rows.find((some) => legName(some) === name && some.epoch === epoch);
      assert.ok(row, name);
      return row;
    };
    for (const arm of ['magnitude', 'random', 'weights', 'dropout-magnitude']) {
      const trainer = arm.startsWith('dropout') ? 'dropout' : 'control';
      for (const id of ['relative', 'participation', 'gini'] as const) {
        const trained = Number(rowOf(`42-${trainer}`, 3).measures[id].mean);
        const pruned = rowOf(`42-${arm}-0.5`, 0).measures[id];
        const after = rowOf(`42-${arm}-0.5`, 2).measures[id];
        const { selection, ablation, adaptation, drift } = after.parts ?? {};
        assert.deepEqual(pruned.parts, { selection, ablation });
        const sum = Number(selection) + Number(ablation) + Number(adaptation);
        assert.ok(Math.abs(sum - (Number(after.mean) - trained)) < 1e-12);
        const before = Number(selection) + Number(ablation);
        assert.ok(Math.abs(before - (Number(pruned.mean) - trained)) < 1e-12);
        assert.ok(typeof drift === 'number');
        if (arm === 'weights') {
          // All units survive.
          assert.equal(selection, 0);
          const control = Number(rowOf('42-control-0', 2).measures[id].mean);
          assert.ok(Math.abs(drift - (control - trained)) < 1e-12);
        }
      }
    }
    assert.equal(rowOf('42-ticket-0.5', 5).measures.relative.parts, undefined);
    assert.equal(rowOf('42-magnitude-0.5', 1).measures.relative.parts, undefined);
    assert.equal(rowOf('42-magnitude-0.5', 2).measures.coverage.parts, undefined);
    for (const row of rows) assert.deepEqual(unflattenRow({ ...flattenRow(row) }), row);
  });

  it('continue with the state of the optimiser where they keep it', async () => {
    const through = async (kept: boolean): Promise<Float32Array | undefined> => {
      const ends = checkpoints(
        await eventsOf(
          tiny({
            training: { epochs: kept ? 3 : 5 },
            pruning: {
              ratios: [0.5],
              retraining: { epochs: kept ? 2 : 0, learningRate: 0.01, optimizerState: 'keep' },
            },
            arms: [{ name: 'control' }, { name: 'magnitude', pruning: { method: 'magnitude' } }],
          }),
        ),
      );
      const pruned = ends.get('42-magnitude-0.5/pruned/0')?.specimen;
      assert.equal(pruned?.state?.mean.length, pruned?.parameters.length);
      return ends.get(kept ? '42-control-0/retraining/2' : '42-control/training/5')?.specimen
        .parameters;
    };
    // Where nothing is pruned, training in two stretches is training in one.
    assert.deepEqual(await through(true), await through(false));
  });

  it('train without biases where the specimen has none', async () => {
    const some = checkpoints(
      await eventsOf(
        tiny({
          specimen: { bias: false },
          pruning: { ratios: [0.5] },
          arms: [{ name: 'magnitude', pruning: { method: 'magnitude' } }],
        }),
      ),
    );
    for (const { specimen } of some.values()) {
      for (const { biases } of layersOf(specimen)) assert.ok(biases.every((bias) => bias === 0));
    }
  });
});

describe('a specification of arms', () => {
  const refusal = (
    arms: readonly unknown[],
    more: Readonly<Record<string, unknown>> = {},
  ): string => {
    try {
      tiny({ arms, ...more });
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };
  const magnitude = { name: 'magnitude', pruning: { method: 'magnitude' } };

  it('is refused with place and reason where it contradicts itself', () => {
    const cases: [RegExp, readonly unknown[]][] = [
      [
        /arms\[0\]\.pruning\.widthsOf: .*would wait for its own widths/,
        [{ name: 'a', pruning: { method: 'random', widthsOf: 'a' } }],
      ],
      [
        /arms\[0\]\.pruning\.widthsOf: .*would wait for its own widths, through b/,
        [
          { name: 'a', pruning: { method: 'random', widthsOf: 'b' } },
          { name: 'b', pruning: { method: 'random', widthsOf: 'a' } },
        ],
      ],
      [
        /there is no arm "magnitud"; did you mean "magnitude"\?/,
        [magnitude, { name: 'a', pruning: { method: 'random', widthsOf: 'magnitud' } }],
      ],
      [
        /arm magnitude has no ratio 0\.9, which arm a needs/,
        [
          magnitude,
          { name: 'a', pruning: { method: 'random', widthsOf: 'magnitude', ratios: [0.9] } },
        ],
      ],
      [
        /arm w masks weights and keeps all widths/,
        [
          { name: 'w', pruning: { method: 'weights' } },
          { name: 'a', pruning: { method: 'scratch', widthsOf: 'w' } },
        ],
      ],
      [
        /arms\[0\]\.pruning\.rewind: 9 .*beyond the training, which has 3 epochs/,
        [{ name: 'a', pruning: { method: 'magnitude', rewind: 9 } }],
      ],
      [/"scratch" needs widthsOf/, [{ name: 'a', pruning: { method: 'scratch' } }]],
      [
        /the method "taylor" does not support norm/,
        [{ name: 'a', pruning: { method: 'taylor', norm: 'l2' } }],
      ],
      [/"magnitude" is the name of arm 1 already/, [magnitude, magnitude]],
      [/"Magnitude" is the name of arm 1 already/, [magnitude, { name: 'Magnitude' }]],
      [/arms\[0\]\.name/, [{ name: 'a-0.5' }]],
      [/arms\[0\]\.name/, [{ name: '../a' }]],
      [
        /arms\[0\]\.prunning: unknown field; did you mean "pruning"\?/,
        [{ name: 'a', prunning: { method: 'magnitude' } }],
      ],
      [/momentum is only for the optimizer "sgd"/, [{ name: 'a', training: { momentum: 0.9 } }]],
    ];
    for (const [message, arms] of cases) assert.match(refusal(arms), message);
    assert.match(
      refusal([magnitude], { specimen: { dropoutTwin: 0.5 } }),
      /specimen\.dropoutTwin: .*cannot be combined with arms/,
    );
  });

  it('takes names that cannot be read as a ratio', () => {
    for (const name of ['a', 'rewind-5', 'dropout-magnitude', 'L1_norm', 'imp-step2', 'a-10']) {
      assert.ok(isArmName(name), name);
    }
    for (const name of ['', 'a-0', 'a-0-step2', 'a.5', '5a', 'a b', 'a/b', '-a', 'a-5e-7']) {
      assert.ok(!isArmName(name), name);
    }
  });

  it('leaves the short form as it was', () => {
    const specification = tiny({ specimen: { dropoutTwin: 0.5 } });
    assert.deepEqual([...armsOf(specification).keys()], ['dense', 'dropout']);
  });
});
