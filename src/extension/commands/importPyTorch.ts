import path from 'node:path';
import * as vscode from 'vscode';
import { parseWidths } from '../../node/wholeNumbers';
import type { Lab } from '../lab';
import { keepText, networkQuestions, type NetworkAnswers } from './networkQuestions';
import { freeFolder, freeName, parentFolder } from './newFolder';
import { askAll, askChoice, type Outcome, type Question, type Step } from './questions';
import { showNew } from './showNew';

interface Answers extends NetworkAnswers {
  name: string;
  data?: vscode.Uri;
  encoder?: vscode.Uri;
  featureModel?: vscode.Uri;
}

/** Which file is asked for. */
type FileKey = 'data' | 'encoder' | 'featureModel';

/** Asks for the files of a PyTorch experiment, and makes an experiment of them. */
export async function importFromPyTorch(lab: Lab, argument: unknown): Promise<void> {
  const parent = await parentFolder(argument);
  if (parent === undefined) return;
  const answers: Answers = {
    name: freeName(parent, 'Imported'),
    hidden: '64,16,16',
    activation: 'relu',
    dropoutTwin: false,
  };
  const isAnswered = await askAll(
    vscode.l10n.t('Import PyTorch Experiment'),
    questions(answers, parent),
  );
  const { name, data, encoder, featureModel, hidden, activation, dropoutTwin } = answers;
  if (!isAnswered || !data || !encoder) return;
  const { importExperiment } = await import('../../node/importExperiment');
  const title = vscode.l10n.t('Importing {0}', name);
  const { folder, notes } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title },
    () =>
      importExperiment({
        data: data.fsPath,
        encoder: encoder.fsPath,
        featureModel: featureModel?.fsPath,
        hidden: parseWidths(hidden, 'hidden'),
        activation,
        dropoutTwin,
        name: name.trim(),
        out: freeFolder(parent, name),
      }),
  );
  for (const note of notes) lab.log.info(`${name}: ${note}`);
  const [found] = notes;
  void vscode.window.showInformationMessage(`${name}: ${found}`);
  await showNew(lab, folder, name.trim());
}

function questions(answers: Answers, parent: string): Question[] {
  const { l10n } = vscode;
  return [
    (step) =>
      askFile(step, answers, 'data', {
        label: l10n.t('Choose the data…'),
        detail: l10n.t('A .pth file with a tuple: X [samples, inputs], Y [samples, outputs]'),
      }),
    (step) =>
      askFile(step, answers, 'encoder', {
        label: l10n.t('Choose the autoencoder…'),
        detail: l10n.t('A .pth file with its state dict'),
      }),
    (step) =>
      askFile(step, answers, 'featureModel', {
        label: l10n.t('Choose the ground-truth network…'),
        detail: l10n.t('A .pth file with its state dict, for reference'),
        without: l10n.t('Go on without it'),
      }),
    ...networkQuestions(answers),
    (step) =>
      keepText(step, answers, 'name', l10n.t('Name of the experiment'), (text) =>
        freeFolder(parent, text),
      ),
  ];
}

interface FileQuestion {
  readonly label: string;
  readonly detail: string;
  /** How to say that there is no such file, where it is not needed. */
  readonly without?: string;
}

/** Asks for a file; one that was chosen already can be kept. */
async function askFile(
  step: Step,
  answers: Answers,
  key: FileKey,
  { label, detail, without }: FileQuestion,
): Promise<Outcome> {
  for (;;) {
    const known = answers[key];
    const items = [
      ...(known ? [{ label: path.basename(known.fsPath), detail: known.fsPath, is: 'kept' }] : []),
      { label, detail, is: 'asked' },
      ...(without === undefined ? [] : [{ label: without, is: 'none' }]),
    ];
    const placeholder = vscode.l10n.t('Files that PyTorch saved');
    const answer = await askChoice(step, { placeholder, items });
    if (typeof answer === 'string') return answer;
    if (answer.item.is === 'none') answers[key] = undefined;
    if (answer.item.is !== 'asked') return 'next';
    const [chosen] =
      (await vscode.window.showOpenDialog({
        filters: { PyTorch: ['pth', 'pt'], [vscode.l10n.t('All files')]: ['*'] },
        title: label,
      })) ?? [];
    // Without a choice, the question stands.
    if (chosen) {
      answers[key] = chosen;
      return 'next';
    }
  }
}
