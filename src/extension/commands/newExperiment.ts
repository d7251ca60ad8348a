import * as vscode from 'vscode';
import { THESIS_DROPOUT } from '../../core/experiment/specification';
import { createExperiment, NEW_EXPERIMENT } from '../../node/newExperiment';
import { parseSeeds } from '../../node/seeds';
import { parseWholeNumber, parseWidths } from '../../node/wholeNumbers';
import type { Lab } from '../lab';
import { keepText, networkQuestions, type NetworkAnswers } from './networkQuestions';
import { askAll } from './questions';
import { freeFolder, freeName, parentFolder } from './newFolder';
import { showNew } from './showNew';

interface Answers extends NetworkAnswers {
  name: string;
  features: string;
  inputs: string;
  seeds: string;
}

/** Asks what a new experiment is to be like, makes its folder and opens it. */
export async function newExperiment(lab: Lab, argument: unknown): Promise<void> {
  const parent = await parentFolder(argument);
  if (parent === undefined) return;
  const answers: Answers = {
    name: freeName(parent, 'Experiment'),
    features: String(NEW_EXPERIMENT.features),
    inputs: String(NEW_EXPERIMENT.inputs),
    hidden: NEW_EXPERIMENT.hidden.join(),
    activation: NEW_EXPERIMENT.activation,
    seeds: NEW_EXPERIMENT.seeds.join(),
    dropoutTwin: false,
  };
  if (!(await ask(answers, parent))) return;
  const folder = freeFolder(parent, answers.name);
  await createExperiment(folder, {
    name: answers.name.trim(),
    features: parseWholeNumber(answers.features, 'features'),
    inputs: parseWholeNumber(answers.inputs, 'inputs'),
    hidden: parseWidths(answers.hidden, 'hidden'),
    activation: answers.activation,
    seeds: parseSeeds(answers.seeds, 'seeds'),
    dropoutTwin: answers.dropoutTwin ? THESIS_DROPOUT : undefined,
  });
  await showNew(lab, folder, answers.name.trim());
}

function ask(answers: Answers, parent: string): Promise<boolean> {
  const { l10n } = vscode;
  const [hidden, activation, dropoutTwin] = networkQuestions(answers);
  return askAll(l10n.t('New Experiment'), [
    (step) =>
      keepText(step, answers, 'name', l10n.t('Name of the experiment'), (text) =>
        freeFolder(parent, text),
      ),
    (step) =>
      keepText(step, answers, 'features', l10n.t('How many features the data is made of'), (text) =>
        parseWholeNumber(text, 'features'),
      ),
    (step) =>
      keepText(
        step,
        answers,
        'inputs',
        l10n.t('Into how many inputs of the network they are compressed'),
        (text) => parseWholeNumber(text, 'inputs'),
      ),
    hidden,
    activation,
    (step) =>
      keepText(
        step,
        answers,
        'seeds',
        l10n.t('Seeds: the whole protocol runs once for each, such as 42 or 0..19'),
        (text) => parseSeeds(text, 'seeds'),
      ),
    dropoutTwin,
  ]);
}
