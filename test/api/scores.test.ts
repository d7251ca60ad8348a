import assert from 'node:assert/strict';
import * as lab from '../../src/api';
import { dataOfNet, NETS, relativeError, specimenOfNet } from '../core/pruning/scoreFixture';

const UNITS = {
  taylor: 'taylor',
  'taylor-gate': 'taylor-gate',
  activation: 'activation',
  APoZ: 'apoz',
} as const;

describe('scores', () => {
  it("of units are PyTorch's, by the methods' names in either case", async () => {
    for (const net of NETS) {
      for (const [method, key] of Object.entries(UNITS)) {
        const data = dataOfNet(net);
        const own = await lab.scores(specimenOfNet(net), { method: method as 'APoZ', data });
        own.forEach((layer, l) => assert.ok(relativeError(layer, net.units[key][l]) < 1e-10));
        assert.deepEqual(
          own.map(({ length }) => length),
          net.widths.slice(1, -1),
        );
      }
    }
  });

  it('of weights have the shape of their layer', async () => {
    for (const net of NETS) {
      const specimen = specimenOfNet(net);
      const data = dataOfNet(net);
      const snip = await lab.scores(specimen, { method: 'SNIP', data });
      snip.forEach((layer, l) => assert.ok(relativeError(layer, net.snip[l]) < 1e-10));
      const { steps: epochs, learningRate, scores } = net.movement;
      const training = { seed: 3, epochs, batchSize: 1000, learningRate };
      const movement = await lab.scores(specimen, { method: 'movement', data, training });
      // The oracle's parameters are float64, those of training float32.
      movement.forEach((layer, l) => assert.ok(relativeError(layer, scores[l]) < 1e-5));
      assert.deepEqual(
        movement.map(({ length }) => length),
        net.widths.slice(1).map((outputs, l) => outputs * net.widths[l]),
      );
    }
  });

  it('of a movement depend on the batches of their training', async () => {
    const net = NETS[0];
    const [specimen, data] = [specimenOfNet(net), dataOfNet(net)];
    const of = (training: lab.ScoreOptions['training']): Promise<Float64Array[]> =>
      lab.scores(specimen, { method: 'movement', data, training });
    const training = { seed: 3, epochs: 4, batchSize: 4, learningRate: 0.01 };
    const [one, same, other] = await Promise.all(
      [training, training, { ...training, seed: 4 }].map(of),
    );
    assert.deepEqual(one, same);
    assert.notDeepEqual(one, other);
    // At a vanishing rate every sample contributes −w g in every epoch, whatever the order.
    const [still] = await of({ seed: 3, epochs: 4, batchSize: 1, learningRate: 1e-9 });
    const expected = Array.from(
      still,
      (_, i) => -4 * net.samples * net.parameters[i] * net.gradient[i],
    );
    assert.ok(relativeError(still, expected) < 1e-5);
  });

  it('are those that prune goes by', async () => {
    const net = NETS[0];
    const [specimen, data] = [specimenOfNet(net), dataOfNet(net)];
    const [layer] = await lab.scores(specimen, { method: 'taylor', data });
    const pruned = lab.prune(specimen, { method: 'taylor', ratio: 0.5, scope: 'layer' }, 1, {
      data,
    });
    const order = Array.from(layer.keys()).sort((a, b) => layer[a] - layer[b]);
    assert.deepEqual(
      pruned.removed[0],
      order.slice(0, 4).sort((a, b) => a - b),
    );

    const training = { seed: 1, epochs: 3 };
    const movement = await lab.scores(specimen, { method: 'movement', data, training });
    const request = { method: 'movement', ratio: 0.5, scope: 'layer' } as const;
    const { specimen: masked } = lab.prune(specimen, request, 1, { movement });
    movement[0].forEach((score, i) => {
      const rank = movement[0].filter((other) => other < score).length;
      assert.equal(masked.mask?.[i], rank < 18 ? 0 : 1);
    });
  });

  it('of a masked specimen are 0 where it is masked, and prune keeps the mask', async () => {
    const net = NETS[0];
    const data = dataOfNet(net);
    const { specimen } = lab.prune(specimenOfNet(net), { method: 'weights', ratio: 0.4 });
    const options = { data, training: { seed: 1, epochs: 2 } };
    for (const method of ['weights', 'snip', 'movement'] as const) {
      const [layer] = await lab.scores(specimen, { method, ...options });
      layer.forEach((score, i) => {
        if (specimen.mask?.[i] === 0) assert.equal(Math.abs(score), 0);
      });
    }
    const further = lab.prune(specimen, { method: 'weights', ratio: 0.6 }).specimen;
    specimen.mask?.forEach((bit, i) => {
      if (bit === 0) assert.equal(further.mask?.[i], 0);
    });
    const bad = { ...specimen, mask: new Uint8Array(3) };
    await assert.rejects(
      lab.scores(bad, { method: 'weights' }),
      /^LabError: specimen\.mask: must hold one/,
    );
  });

  it('of weights leave a mask that training keeps', async () => {
    const net = NETS[0];
    const start = lab.prune(specimenOfNet(net), { method: 'weights', ratio: 0.4 }).specimen;
    const trained = await lab.train(start, dataOfNet(net), { seed: 1, epochs: 3, batchSize: 4 });
    assert.deepEqual(trained.mask, start.mask);
    trained.parameters.forEach((value, i) => {
      if (start.mask?.[i] === 0) assert.equal(value, 0);
    });
    assert.notDeepEqual(trained.parameters, start.parameters);
  });

  it('refuse what is missing or does not fit, by its field', async () => {
    const net = NETS[0];
    const specimen = specimenOfNet(net);
    const data = dataOfNet(net);
    const refused = async (options: unknown, message: RegExp): Promise<void> =>
      assert.rejects(lab.scores(specimen, options as lab.ScoreOptions), (error: lab.LabError) => {
        assert.match(error.message, message);
        return error.kind === 'invalid-input';
      });
    await refused({ method: 'Taylor' }, /^data: is missing: "taylor" needs it$/);
    await refused({ method: 'movement', data }, /^training: is missing: "movement" needs it$/);
    await refused({ method: 'movement', training: { seed: 1 } }, /^data: is missing/);
    await refused({ method: 'oracle' }, /^method: "oracle" is not allowed: expected "magnitude"/);
    await refused(
      { method: 'taylor', data: { ...data, samples: 1 } },
      /^data\.inputs: has 55 entries/,
    );
    await refused(
      { method: 'snip', data: dataOfNet(NETS[1]) },
      /^data\.inputDim: 3 is not allowed/,
    );
    const training = { seed: 1, dropout: 0.5 };
    await refused(
      { method: 'movement', data, training },
      /^training: unknown field|^training\.dropout/,
    );
    assert.throws(
      () => lab.prune(specimen, { method: 'snip', ratio: 0.5 }),
      /sources\.data: is missing: "snip" needs it/,
    );
    assert.throws(
      () => lab.prune(specimen, { method: 'movement', ratio: 0.5 }, 1, { movement: [] }),
      /sources\.movement: has 0 entries, but Linear layers there are 3/,
    );
  });
});
