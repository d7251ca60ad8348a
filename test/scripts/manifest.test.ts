import assert from 'node:assert/strict';
import {
  hostKeepsFiles,
  picturesOf,
  publishingNeeds,
  webAddress,
  withAddresses,
  type Manifest,
} from '../../scripts/manifest';

const BARE: Manifest = { name: 'lab', version: '1.2.3' };
const DATED = '# Changelog\n\n## 1.2.3 (2030-12-31)\n\n- All.\n';

describe('the addresses of the package', () => {
  it('follow from `repository`, in any form that npm takes', () => {
    const forms = [
      'github:someone/lab',
      'someone/lab',
      'https://github.com/someone/lab',
      'https://github.com/someone/lab.git',
      'git+https://github.com/someone/lab.git',
      'git@github.com:someone/lab.git',
      'git+ssh://git@github.com/someone/lab.git',
      { url: 'git://github.com/someone/lab.git' },
    ];
    for (const repository of forms) {
      assert.equal(
        webAddress(repository)?.href,
        'https://github.com/someone/lab',
        JSON.stringify(repository),
      );
      assert.ok(hostKeepsFiles({ ...BARE, repository }));
      assert.deepEqual(withAddresses({ ...BARE, repository }), {
        ...BARE,
        repository: { type: 'git', url: 'https://github.com/someone/lab.git' },
        bugs: { url: 'https://github.com/someone/lab/issues' },
        homepage: 'https://github.com/someone/lab#readme',
      });
    }
    assert.deepEqual(withAddresses({ ...BARE, repository: 'gitlab:group/lab' }).bugs, {
      url: 'https://gitlab.com/group/lab/-/issues',
    });
    assert.throws(() => webAddress('nowhere at all'), /no address: nowhere at all/);
  });

  it('are left out if there is none', () => {
    assert.deepEqual(withAddresses(BARE), BARE);
    assert.equal(hostKeepsFiles(BARE), false);
    const own = { ...BARE, repository: 'https://git.example.invalid/lab' };
    assert.deepEqual(withAddresses(own).homepage, 'https://git.example.invalid/lab');
    assert.equal('bugs' in withAddresses(own), false);
    assert.equal(hostKeepsFiles(own), false);
  });

  it('leave fields as they are that the manifest has itself', () => {
    const homepage = 'https://lab.example.invalid';
    assert.equal(withAddresses({ ...BARE, repository: 'a/b', homepage }).homepage, homepage);
  });

  it('are requested if they are missing, like a release', () => {
    assert.match(publishingNeeds(BARE, DATED).join('\n'), /^an address: .*npm pkg set repository=/);
    const hosted = { ...BARE, repository: 'someone/lab' };
    assert.deepEqual(publishingNeeds(hosted, DATED), []);
    assert.match(
      publishingNeeds(hosted, '## 1.2.3 (unreleased)\n').join('\n'),
      /^a release: .*npm run release -- 1\.2\.3$/,
    );
    const own = { ...BARE, repository: 'https://git.example.invalid/lab' };
    assert.match(publishingNeeds(own, DATED).join('\n'), /^a place for issues/);
  });
});

describe('a page in Markdown', () => {
  it('has pictures beside it, and others from elsewhere', () => {
    const page =
      '# Lab\n\n![A b](docs/a.png)\n\n![B](https://example.invalid/b.png) [c](docs/c.md)\n';
    assert.deepEqual(picturesOf(page), ['docs/a.png']);
  });
});
