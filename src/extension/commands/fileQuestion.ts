import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import { answer, type Outcome, type Question, type Step } from './questions';
import { plainLabel, plainMessage, showErrorMessage } from '../plainText';

/** A question whose answer is a file. */
export interface FileQuestion {
  readonly label: string;
  readonly detail: string;
  /** Label of the item to continue without a file; left out if a file is required. */
  readonly without?: string;
  /** Rejects if the file cannot be used. */
  readonly check: (file: string) => Promise<void>;
}

interface Item extends vscode.QuickPickItem {
  readonly does: 'keep' | 'take' | 'choose' | 'none';
}

/**
 * Asks for a file, which the user chooses in a dialog or types, and checks it before the next question. If the check
 * fails, shows the reason and asks again. An earlier answer can be kept.
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
      // The user cancelled the file dialog: ask again.
      if (file === undefined) continue;
      const reason = await reasonAgainst(file, question);
      if (reason === undefined) {
        answers[key] = file;
        return 'next';
      }
      // The typed text stays so that the user can correct it. A row shows only one line, so a message shows the reason.
      refused = { file, reason, typed: item.does === 'take' ? text : '' };
      void showErrorMessage(`${path.basename(file)}: ${reason}`);
    }
  };
}

/** A file that failed the check. */
interface Refused {
  readonly file: string;
  readonly reason: string;
  /** The typed text; empty if the file was chosen in another way. */
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
  // The typed path comes first, so that Enter accepts it.
  const items = (): Item[] => {
    const typed = input.value.trim();
    if (typed === '') return fixed;
    const against = typed === refused?.typed ? refused.reason : undefined;
    const label = plainLabel(vscode.l10n.t('Use {0}', typed));
    const take = { label, detail: against && plainLabel(against) };
    return [{ ...take, does: 'take', alwaysShow: true }, ...fixed];
  };
  const placeholder = refused
    ? vscode.l10n.t('Choose another file: {0}', `${path.basename(refused.file)} ${refused.reason}`)
    : vscode.l10n.t('Choose a file saved by PyTorch, or type its path');
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

/** Resolves a typed path, which may be in quotes, start with `~` or be relative to the workspace. */
function typedPath(text: string): string {
  const bare = text.replace(/^(["'])(.*)\1$/, '$2').replace(/^~(?=$|[\\/])/, os.homedir());
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
  return path.resolve(folder, bare);
}

/** Why a file cannot be used; undefined if it can. Never throws. */
async function reasonAgainst(file: string, { check }: FileQuestion): Promise<string | undefined> {
  try {
    const title = plainMessage(vscode.l10n.t('Reading {0}', path.basename(file)));
    const location = vscode.ProgressLocation.Notification;
    await vscode.window.withProgress({ location, title }, () => check(file));
    return undefined;
  } catch (error) {
    // The user has just given the path, so the message need not repeat it.
    if (error instanceof LabError) return error.messageWithin(file);
    return error instanceof Error ? error.message : String(error);
  }
}
