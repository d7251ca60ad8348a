import { Editor, type EditorOptions } from './editor';

/**
 * Opens a window before the tests of a suite and closes it after them. Takes a screenshot after every failed test.
 *
 *   const editor = useEditor();
 *   it('runs', async () => { await editor().runCommand('Polysemanticity: Run'); });
 *
 * @returns a function that returns the window while the tests run
 */
export function useEditor(options: EditorOptions = {}): () => Editor {
  let opened: Editor | undefined;
  before(async function () {
    this.timeout(180_000);
    opened = await Editor.open(options);
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || opened === undefined) return;
    const name = this.currentTest.fullTitle().replace(/[^\w]+/g, '-');
    console.log(`      picture: ${await opened.screenshot(`failed-${name}`)}`);
  });
  after(async function () {
    this.timeout(30_000);
    await opened?.close();
  });
  return () => {
    if (opened === undefined) throw new Error('the window is not open before the first test');
    return opened;
  };
}
