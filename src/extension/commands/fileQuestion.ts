import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import { answer, type Outcome, type Question, type Step } from './questions';
import { plainLabel, plainMessage, showErrorMessage } from '../plainText';

/** A question that is answered by a file. */
export interface FileQuestion {
  readonly label: string;
  readonly detail: string;
  /** How to say that there is no such file, where it is not needed. */
  readonly without?: string;
  /** Rejects with what is wrong with a file. */
  readonly check: (file: string) => Promise<void>;
}

interface Item extends vscode.QuickPickItem {
  readonly does: 'keep' | 'take' | 'choose' | 'none';
}

/**
 * Asks for a file, which is chosen in a dialog or typed, and reads it before the next question is asked: one
 * that is wrong is refused here, with the reason, and the question stands. One that was chosen before can be
 * kept.
 */
export function fileQuestion<K extends string>(
  answers: Partial<Record<K, string>>,
  key: K,
  question: FileQuestion,
): Question {
  return async (step) => {
    let refused: Refused | undefined;
    for (;;) {
      const chosen = await askItem(step, question, answers[key], refused);
      if (chosen === 'back' || chosen === 'cancel') return chosen;
      const { item, text } = chosen;
      if (item.does === 'none') {
        answers[key] = undefined;
        return 'next';
      }
      const file = await fileOf(item, text, question, answers[key]);
      // Without a choice, the question stands.
      if (file === undefined) continue;
      const reason = await reasonAgainst(file, question);
      if (reason === undefined) {
        answers[key] = file;
        return 'next';
      }
      // What was typed stays, to be mended. A row has one line; the whole reason is told beside it.
      refused = { file, reason, typed: item.does === 'take' ? text : '' };
      void showErrorMessage(`${path.basename(file)}: ${reason}`);
    }
  };
}

/** A file that was not taken. */
interface Refused {
  readonly file: string;
  readonly reason: string;
  /** What was typed to name it; empty where it was chosen otherwise. */
  readonly typed: string;
}

interface Chosen {
  readonly item: Item;
  readonly text: string;
}

async function askItem(
  step: Step,
  { label, detail, without }: FileQuestion,
  known: string | undefined,
  refused: Refused | undefined,
): Promise<Chosen | Exclude<Outcome, 'next'>> {
  const input = vscode.window.createQuickPick<Item>();
  const fixed: Item[] = [
    ...(known === undefined || known === refused?.file
      ? []
      : [
          {
            label: plainLabel(path.basename(known)),
            detail: plainLabel(known),
            does: 'keep',
            alwaysShow: true,
          } as const,
        ]),
    { label, detail: plainLabel(refused?.reason ?? detail), does: 'choose', alwaysShow: true },
    ...(without === undefined ? [] : [{ label: without, does: 'none', alwaysShow: true } as const]),
  ];
  // What was typed comes first, so that Enter takes it.
  const items = (): Item[] => {
    const typed = input.value.trim();
    if (typed === '') return fixed;
    const against = typed === refused?.typed ? refused.reason : undefined;
    const label = plainLabel(vscode.l10n.t('Take {0}', typed));
    const take = { label, detail: against && plainLabel(against) };
    return [{ ...take, does: 'take', alwaysShow: true }, ...fixed];
  };
  const placeholder = refused
    ? vscode.l10n.t('Choose another file: {0}', `${path.basename(refused.file)} ${refused.reason}`)
    : vscode.l10n.t('Files that PyTorch saved; a path can be typed');
  const value = refused?.typed ?? '';
  Object.assign(input, step, { placeholder, ignoreFocusOut: true, value });
  input.items = items();
  return answer<Chosen>(input, step, (settle) => {
    input.onDidChangeValue(() => (input.items = items()));
    input.onDidAccept(() => {
      const item = input.selectedItems.at(0) ?? items()[0];
      settle({ item, text: input.value.trim() });
    });
  });
}

async function fileOf(
  { does }: Item,
  text: string,
  { label }: FileQuestion,
  known: string | undefined,
): Promise<string | undefined> {
  if (does === 'keep') return known;
  if (does === 'take') return typedPath(text);
  const [chosen] =
    (await vscode.window.showOpenDialog({
      filters: { PyTorch: ['pth', 'pt', 'ckpt'], [vscode.l10n.t('All files')]: ['*'] },
      title: label,
    })) ?? [];
  return chosen?.fsPath;
}

/** A path as a person types it: of the home folder, in quotes, relative to the workspace. */
function typedPath(text: string): string {
  const bare = text.replace(/^(["'])(.*)\1$/, '$2').replace(/^~(?=$|[\\/])/, os.homedir());
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
  return path.resolve(folder, bare);
}

/** What is wrong with a file, in words; it never throws, whatever the file is. */
async function reasonAgainst(file: string, { check }: FileQuestion): Promise<string | undefined> {
  try {
    const title = plainMessage(vscode.l10n.t('Reading {0}', path.basename(file)));
    const location = vscode.ProgressLocation.Notification;
    await vscode.window.withProgress({ location, title }, () => check(file));
    return undefined;
  } catch (error) {
    // The path is known where it was asked for.
    if (error instanceof LabError) return error.messageWithin(file);
    return error instanceof Error ? error.message : String(error);
  }
}
