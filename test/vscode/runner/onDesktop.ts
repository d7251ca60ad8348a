import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { editorFolder, root } from '../../../scripts/editor/paths';
import { ReportFile } from './report';
import { type Suite, withWorkspace } from './suites';

/** The oldest version that the manifest supports, and the newest. */
const VERSIONS = ['1.96.0', 'stable'];

/**
 * Runs a suite in VS Code for the desktop, which is downloaded from its update host.
 * @returns whether all tests passed in every version
 */
export async function runOnDesktop(suite: Suite): Promise<boolean> {
  let passed = true;
  for (const version of VERSIONS) {
    console.log(`\n${suite.name} workspace, in VS Code ${version} for the desktop`);
    const ran = await runVersion(suite, version);
    passed &&= ran;
  }
  return passed;
}

async function runVersion(suite: Suite, version: string): Promise<boolean> {
  const vscodeExecutablePath = await download(version);
  requireDisplay();
  const report = new ReportFile();
  try {
    return await withWorkspace(suite, async (opened) => {
      const code = await runTests({
        vscodeExecutablePath,
        extensionDevelopmentPath: root,
        extensionTestsPath: suite.bundle,
        extensionTestsEnv: { POLYSEMANTICITY_REPORT: report.path },
        launchArgs: [
          opened,
          '--disable-extensions',
          '--disable-telemetry',
          ...(suite.workspaceTrust ? [] : ['--disable-workspace-trust']),
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
      });
      return code === 0;
    });
  } catch (error) {
    console.error(String(error));
    return false;
  } finally {
    report.close();
  }
}

async function download(version: string): Promise<string> {
  try {
    return await downloadAndUnzipVSCode({ version, cachePath: editorFolder });
  } catch (error) {
    throw new Error(
      `VS Code ${version} cannot be downloaded from its update host (${String(error)}). ` +
        'Without access to that host, npm test runs the same suites in the VS Code server.',
      { cause: error },
    );
  }
}

function requireDisplay(): void {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return;
  throw new Error('VS Code for the desktop needs a display: run it through xvfb-run -a');
}
