import * as vscode from 'vscode';
import { chooseExperiment } from '../experiments/choose';
import type { ExperimentEntry } from '../experiments/experimentIndex';
import { targetsOf, type CommandTarget } from '../experiments/commandTarget';
import type { Lab } from '../lab';
import { openPanel } from '../pages/pagePanel';
import { pickRuns } from './pickRuns';
import { TrajectoriesPanel } from './trajectoriesPanel';
import { tickStep } from '../walkthrough';
import { showInformationMessage } from '../plainText';

/** Opens panels with trajectories and keeps track of them. */
export class TrajectoriesPanels implements vscode.Disposable {
  private readonly panels = new Set<TrajectoriesPanel>();

  constructor(private readonly lab: Lab) {}

  /**
   * Opens the trajectories of an experiment's newest run, to which later runs of the experiment are added, or those
   * of the runs that the arguments name.
   * @param argument, selected the arguments of the command
   */
  async open(argument: unknown, selected?: unknown): Promise<void> {
    const targets = targetsOf(argument, selected);
    if (targets.length > 1 || targets[0]?.run !== undefined) return this.compareRuns(targets);
    const entry = await chooseExperiment(this.lab, argument);
    if (!entry) return;
    const known = [...this.panels].find((panel) => panel.isFollowing(entry.folder));
    const run = newestRun(this.lab, entry);
    if (run !== undefined) tickStep('prune');
    if (known) {
      known.reveal();
      if (run !== undefined && !known.runs.includes(run)) await known.show([...known.runs, run]);
      return;
    }
    await this.create(entry.folder).show(run === undefined ? [] : [run]);
  }

  /** Compares the selected runs, or runs that the user chooses. */
  async compare(argument: unknown, selected?: unknown): Promise<void> {
    const targets = targetsOf(argument, selected);
    if (targets.length > 1) return this.compareRuns(targets);
    const chosen = await pickRuns(this.lab, await this.foldersOf(targets));
    if (chosen && chosen.length > 0) await this.showRuns(chosen);
  }

  /** Restores a panel that was open when the window was closed. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { runs, follows } = (state ?? {}) as { runs?: unknown; follows?: unknown };
    const folders = Array.isArray(runs) ? runs.filter((run) => typeof run === 'string') : [];
    const followed = typeof follows === 'string' ? follows : undefined;
    await this.fill(panel, followed).show(folders);
  }

  dispose(): void {
    for (const panel of [...this.panels]) panel.close();
  }

  private async compareRuns(targets: readonly CommandTarget[]): Promise<void> {
    const folders = await this.foldersOf(targets);
    if (folders.length > 0) await this.showRuns(folders);
    else
      void showInformationMessage(
        vscode.l10n.t('None of the selected experiments has been run yet.'),
      );
  }

  private async showRuns(folders: readonly string[]): Promise<void> {
    tickStep('prune');
    const wanted = [...new Set(folders)];
    const known = [...this.panels].find(
      ({ runs }) => runs.length === wanted.length && wanted.every((run) => runs.includes(run)),
    );
    if (known) known.reveal();
    else await this.create(undefined).show(wanted);
  }

  /** The folders of the targets' runs, or of the newest runs of targets that name only an experiment. */
  private async foldersOf(targets: readonly CommandTarget[]): Promise<string[]> {
    const { experiments } = this.lab;
    await experiments.ready;
    return targets.flatMap(({ experiment, run }) => {
      if (run !== undefined) return [run];
      const entry = experiments.find(experiment);
      return (entry && newestRun(this.lab, entry)) ?? [];
    });
  }

  private create(follows: string | undefined): TrajectoriesPanel {
    return this.fill(openPanel('trajectories', vscode.l10n.t('Trajectories')), follows);
  }

  private fill(panel: vscode.WebviewPanel, follows: string | undefined): TrajectoriesPanel {
    const filled: TrajectoriesPanel = new TrajectoriesPanel(panel, this.lab, follows, () =>
      this.panels.delete(filled),
    );
    this.panels.add(filled);
    return filled;
  }
}

/** The active run of an experiment, else its newest run that is readable. */
function newestRun({ runs }: Lab, { folder, runs: known }: ExperimentEntry): string | undefined {
  const active = runs.active.find(({ experiment }) => experiment === folder)?.folder;
  return active ?? known.find(({ state }) => state !== 'damaged')?.folder;
}
