import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { freePort, startServer } from '../../scripts/editor/server';

describe('the VS Code server of the tests', () => {
  it('requires the token in its address, and removes its files when it stops', async () => {
    const server = await startServer();
    const plain = `http://127.0.0.1:${server.port}/`;
    try {
      const answer = await fetch(server.address({}), { redirect: 'manual' });
      assert.ok(answer.status < 400, String(answer.status));
      assert.equal((await fetch(plain)).status, 403);
      assert.ok(existsSync(server.folder));
    } finally {
      await server.stop();
    }
    await assert.rejects(fetch(plain));
    assert.equal(existsSync(server.folder), false);
    await server.stop();
  });

  it('uses a free port', async () => {
    const ports = await Promise.all([freePort(), freePort()]);
    assert.notEqual(ports[0], ports[1]);
  });

  it('says why a package cannot be installed', async () => {
    await assert.rejects(
      startServer({ vsix: '/no/such.vsix' }),
      /does not install \/no\/such\.vsix/,
    );
  });
});
