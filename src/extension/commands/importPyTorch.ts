import * as vscode from 'vscode';
import { invalid } from '../../core/errors';
import type { Activation } from '../../core/network/layout';
import type { Imported } from '../../node/experiments/importExperiment';
import { parseWidths } from '../../node/experiments/numberLists';
import type { Lab } from '../lab';
import {
  askActivation,
  askAnswer,
  networkQuestions,
  type NetworkAnswers,
} from './networkQuestions';
import { freeFolder, freeName, parentFolder } from './newFolder';
import { fileQuestion } from './fileQuestion';
import { askAndCreate, type Outcome, type Question, type Step } from './questions';
import { showNew } from './showNew';
import { plainMessage, showInformationMessage } from '../plainText';

/** Paths of the files to import. */
interface Files {
  data?: string;
  encoder?: string;
  featureModel?: string;
}

interface Answers extends NetworkAnswers, Files {
  name: string;
  encoderActivation: Activation;
}

/** Answers of a cancelled or failed import, which the next import proposes. */
let lastAnswers: Answers | undefined;

/** Asks for the files of a PyTorch experiment, and creates an experiment from them. */
export async function importFromPyTorch(lab: Lab, argument: unknown): Promise<void> {
  const parent = await parentFolder(argument);
  if (parent === undefined) return;
  const answers: Answers = {
    hidden: '64,16,16',
    activation: 'relu',
    encoderActivation: 'relu',
    dropoutTwin: false,
    ...lastAnswers,
    name: freeName(parent, lastAnswers?.name ?? 'Imported'),
  };
  lastAnswers = answers;
  const imported = await askAndCreate(
    vscode.l10n.t('Import PyTorch Experiment'),
    questions(answers, parent),
    () => makeExperiment(answers, parent),
  );
  if (imported === undefined) return;
  const { folder, notes } = imported;
  const { name } = answers;
  lastAnswers = undefined;
  for (const note of notes) lab.log.info(`${name}: ${note}`);
  // The notes say what was used from the files and what was ignored.
  void showInformationMessage(`${name}: ${notes.join('. ')}`);
  await showNew(lab, folder, name.trim());
}

async function makeExperiment(answers: Answers, parent: string): Promise<Imported> {
  const { name, data, encoder, hidden } = answers;
  if (data === undefined || encoder === undefined)
    throw invalid('data and autoencoder are required');
  const { importExperiment } = await import('../../node/experiments/importExperiment');
  const options = {
    ...answers,
    data,
    encoder,
    hidden: parseWidths(hidden, 'hidden'),
    name: name.trim(),
    out: freeFolder(parent, name),
  };
  const title = plainMessage(vscode.l10n.t('Importing {0}', name));
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title }, () => importExperiment(options));
}

function questions(answers: Answers, parent: string): Question[] {
  const { l10n } = vscode;
  return [
    fileQuestion(answers, 'data', {
      label: l10n.t('Choose the data…'),
      detail: l10n.t('A .pth file with a tuple: X [samples, inputs], Y [samples, outputs]'),
      check: (file) => checkFiles({ data: file }),
    }),
    fileQuestion(answers, 'encoder', {
      label: l10n.t('Choose the autoencoder…'),
      detail: l10n.t('A .pth file with its state dict'),
      check: (file) => checkFiles({ ...answers, encoder: file, featureModel: undefined }),
    }),
    (step) => askEncoderActivation(step, answers),
    fileQuestion(answers, 'featureModel', {
      label: l10n.t('Choose the ground-truth network…'),
      detail: l10n.t('A .pth file with its state dict, for reference'),
      without: l10n.t('Continue without it'),
      check: (file) => checkFiles({ ...answers, featureModel: file }),
    }),
    ...networkQuestions(answers),
    (step) =>
      askAnswer(step, answers, 'name', l10n.t('Name of the experiment'), (text) =>
        freeFolder(parent, text),
      ),
  ];
}

/** Checks the files given so far in the same way as the import. */
async function checkFiles(files: Files): Promise<void> {
  const { checkImportedFiles } = await import('../../node/compute/data/readData');
  await checkImportedFiles(files);
}

function askEncoderActivation(step: Step, answers: Answers): Promise<Outcome> {
  const placeholder = vscode.l10n.t(
    'Activation between the layers of the autoencoder (not part of a state dict)',
  );
  return askActivation(step, answers, 'encoderActivation', placeholder);
}
