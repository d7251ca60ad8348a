import * as vscode from 'vscode';
import { visible, visibleLine } from '../core/visible';

/*
 * Names, paths and reasons come from files, and files from anywhere. Some places of the editor obey what is
 * in a text: messages, titles of progress and reasons beside an input make links of `[x](command:…)`, which
 * a click carries out; quick picks, the status bar and lenses draw `$(icon)`. There, such a text is shown as
 * it is. Texts of tooltips are appended as text, which the editor takes care of itself.
 */

/** What begins a link, as the editor looks for it. */
const LINK = /\]\((?=\s*(?:https?:|command:|file:))/gi;
/** What begins an icon. */
const ICON = /\$\(/g;

/** A text for messages, titles of progress, and reasons beside an input: it has no links. */
export function plainMessage(text: string): string {
  return visible(text).replace(LINK, '] (');
}

/** A text for quick picks, the status bar, and lenses: it has no icons. */
export function plainLabel(text: string): string {
  return visibleLine(text).replace(ICON, '\\$(');
}

type Show = typeof vscode.window.showInformationMessage;

/*
 * The functions of the editor are looked up when they are called.
 */

/** `vscode.window.showInformationMessage` of a text without links. */
export const showInformationMessage: Show = (message: string, ...rest: unknown[]) =>
  (vscode.window.showInformationMessage as Loose)(plainMessage(message), ...rest) as never;

/** `vscode.window.showWarningMessage` of a text without links. */
export const showWarningMessage: Show = (message: string, ...rest: unknown[]) =>
  (vscode.window.showWarningMessage as Loose)(plainMessage(message), ...rest) as never;

/** `vscode.window.showErrorMessage` of a text without links. */
export const showErrorMessage: Show = (message: string, ...rest: unknown[]) =>
  (vscode.window.showErrorMessage as Loose)(plainMessage(message), ...rest) as never;

type Loose = (message: string, ...rest: unknown[]) => unknown;
