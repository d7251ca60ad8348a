import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import {
  networkFromTensors,
  networkOf,
  networkTensors,
} from '../../../src/core/formats/networkTensors';
import { tensorOf, type Tensor } from '../../../src/core/formats/tensor';
import { layoutOf, parameterCount, type Network } from '../../../src/core/network/layout';

function numbered(widths: readonly number[]): Network {
  const layout = layoutOf(widths, 'relu');
  return { layout, parameters: Float32Array.from({ length: parameterCount(layout) }, (_, i) => i) };
}

function zeros(shape: readonly number[]): Tensor {
  return tensorOf('F32', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
}

/** A state dict of zeros by names and shapes. */
function dict(shapes: Readonly<Record<string, readonly number[]>>): Map<string, Tensor> {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, zeros(shape)]));
}

function refused(tensors: ReadonlyMap<string, Tensor>, message: string | RegExp): void {
  assert.throws(
    () => networkFromTensors(tensors, 'encoder', () => 'relu'),
    (error: unknown) => {
      assert.ok(error instanceof LabError);
      assert.equal(error.kind, 'invalid-input');
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    },
  );
}

describe('a network as tensors', () => {
  it('has a weight [outputs, inputs] and a bias [outputs] for each Linear layer', () => {
    const tensors = networkTensors('net', numbered([2, 3, 1]));
    assert.deepEqual(
      [...tensors].map(([name, { shape, values }]) => [name, shape, [...values]]),
      [
        ['net.0.weight', [3, 2], [0, 1, 2, 3, 4, 5]],
        ['net.0.bias', [3], [6, 7, 8]],
        ['net.1.weight', [1, 3], [9, 10, 11]],
        ['net.1.bias', [1], [12]],
      ],
    );
  });

  it('is the network again when it is read', () => {
    const widths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(widths, fc.boolean(), (w, relu) => {
        const { parameters } = numbered(w);
        const layout = layoutOf(w, relu ? 'relu' : 'linear');
        const read = networkFromTensors(networkTensors('a.b', { layout, parameters }), 'a.b', () =>
          relu ? 'relu' : 'linear',
        );
        assert.deepEqual(read.network, { layout, parameters });
        assert.deepEqual(
          read.positions,
          w.slice(1).map((_, l) => l),
        );
      }),
    );
  });

  it('has its layers in the order of their numbers, whatever stands between them', () => {
    const layers = [...networkTensors('encoder', numbered([4, 3, 2, 1]))];
    const positions = ['2', '10', '9'];
    const tensors = new Map(
      layers
        .map(([name, tensor]): [string, Tensor] => [
          name.replace(/\d/, (l) => ['2', '9', '10'][Number(l)]),
          tensor,
        ])
        .sort(
          ([a], [b]) => positions.indexOf(a.split('.')[1]) - positions.indexOf(b.split('.')[1]),
        ),
    );
    tensors.set('decoder.0.weight', zeros([7, 7]));
    const read = networkFromTensors(tensors, 'encoder', (layer) =>
      layer === 0 ? 'relu' : 'linear',
    );
    assert.deepEqual(read.positions, [2, 9, 10]);
    assert.deepEqual(read.network.layout, {
      widths: [4, 3, 2, 1],
      activations: ['relu', 'linear'],
    });
    assert.deepEqual(read.network.parameters, numbered([4, 3, 2, 1]).parameters);
  });

  it('widens and narrows numbers to float32', () => {
    const tensors = new Map<string, Tensor>([
      ['encoder.0.weight', tensorOf('F64', [1, 2], Float64Array.of(0.1, -2))],
      ['encoder.0.bias', tensorOf('I64', [1], BigInt64Array.of(3n))],
    ]);
    const { network } = networkFromTensors(tensors, 'encoder', () => 'linear');
    assert.deepEqual(network.parameters, Float32Array.of(0.1, -2, 3));
  });

  it('is refused where layers are missing, or are none', () => {
    refused(
      dict({ 'decoder.0.weight': [2, 2], 'decoder.0.bias': [2] }),
      'has no Linear layers named encoder.N.weight',
    );
    refused(new Map(), /^has no Linear layers/);
    refused(dict({ 'encoder.0.weight': [2, 2] }), 'encoder.0.bias: is missing');
    refused(
      dict({ 'encoder.0.bias': [2] }),
      'encoder.0.bias: is not used: it is a bias without a weight',
    );
    refused(
      dict({ 'encoder.0.weight': [2], 'encoder.0.bias': [2] }),
      'encoder.0.weight: is not used: it has the shape [2], like a normalisation or a PReLU, but only Linear layers are supported',
    );
    refused(
      dict({ 'encoder.0.weight': [2, 0], 'encoder.0.bias': [2] }),
      /encoder\.0\.weight: is not used: it has the shape \[2,0\], which is empty/,
    );
  });

  it('has zeros for biases that it was made without', () => {
    const tensors = new Map<string, Tensor>([
      ['0.weight', tensorOf('F32', [2, 1], Float32Array.of(1, 2))],
    ]);
    const { network, layers } = networkOf({ tensors, place: (name) => name }, () => 'relu');
    assert.deepEqual(network.parameters, Float32Array.of(1, 2, 0, 0));
    assert.deepEqual(layers, [{ module: '0', weight: '0.weight', bias: undefined }]);
  });

  it('is all that stands under the prefix: one tensor more is refused by name', () => {
    const others = ['running_mean', 'inner.scale', '0.weight_orig', '5', 'x.bias', '0.weight.a'];
    for (const other of others) {
      const tensors = networkTensors('encoder', numbered([3, 2, 1]));
      tensors.set(`encoder.${other}`, zeros([2]));
      refused(tensors, new RegExp(`^encoder\\.${other.replace('.', '\\.')}: is not used: it `));
    }
  });

  it('is refused where shapes do not chain', () => {
    refused(
      dict({
        'encoder.0.weight': [3, 2],
        'encoder.0.bias': [3],
        'encoder.1.weight': [1, 4],
        'encoder.1.bias': [1],
      }),
      'encoder.1.weight: has 4 inputs, but the layer before has 3 outputs',
    );
    refused(
      dict({ 'encoder.0.weight': [3, 2], 'encoder.0.bias': [2] }),
      'encoder.0.bias: has 2 entries for 3 outputs',
    );
  });

  it('is refused where a parameter is not finite', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const tensors = dict({ 'encoder.0.weight': [2, 2], 'encoder.0.bias': [2] });
      tensors.set('encoder.0.bias', tensorOf('F32', [2], Float32Array.of(0, value)));
      refused(tensors, `encoder.0.bias: element 1 is ${value}, not a finite number`);
    }
    const tensors = dict({ 'encoder.0.weight': [1, 1], 'encoder.0.bias': [1] });
    tensors.set('encoder.0.weight', tensorOf('F64', [1, 1], Float64Array.of(1e300)));
    refused(tensors, /^encoder\.0\.weight: element 0 is 1e\+300, too large for float32/);
  });
});
