import assert from 'node:assert/strict';
import { labOf, treeOf } from '../harness/lab';

describe('the tree of an untrusted workspace', () => {
  it('shows its experiments', async () => {
    const tree = await treeOf();
    const items = await Promise.all((await tree.getChildren()).map((n) => tree.getTreeItem(n)));
    assert.deepEqual(
      items.map(({ label }) => label),
      ['Long', 'Quick'],
    );
  });

  it('does not run them', async () => {
    const { experiments, runs } = await labOf();
    await experiments.ready;
    const [{ folder }] = experiments.entries;
    const end = await runs.run({ experiment: folder });
    assert.equal(end.state, 'failed');
    assert.deepEqual(runs.active, []);
  });
});
