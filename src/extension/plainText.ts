import * as vscode from 'vscode';
import { visible, visibleLine } from '../core/visible';

/*
 * Names, paths and error messages may come from files that the user did not write. VS Code interprets markup in
 * some texts: messages, progress titles and validation messages turn `[x](command:…)` into a link that runs a
 * command; quick picks, the status bar and code lenses draw `$(icon)`. These functions disarm that markup.
 * Tooltips need none of this: they append such text with `appendText`, which escapes it.
 */

/** The start of a link, by the same pattern as VS Code's parser. */
const LINK = /\]\((?=\s*(?:https?:|command:|file:))/gi;
/** The start of an icon. */
const ICON = /\$\(/g;

/** Disarms links in a text for messages, progress titles and validation messages. */
export function plainMessage(text: string): string {
  return visible(text).replace(LINK, '] (');
}

/** Disarms icons in a text for quick picks, the status bar and code lenses. */
export function plainLabel(text: string): string {
  return visibleLine(text).replace(ICON, '\\$(');
}

type Show = typeof vscode.window.showInformationMessage;

/*
 * These look up VS Code's functions at each call, because tests replace them.
 */

/** `vscode.window.showInformationMessage` without links in the message. */
export const showInformationMessage: Show = (message: string, ...rest: unknown[]) =>
  (vscode.window.showInformationMessage as Loose)(plainMessage(message), ...rest) as never;

/** `vscode.window.showWarningMessage` without links in the message. */
export const showWarningMessage: Show = (message: string, ...rest: unknown[]) =>
  (vscode.window.showWarningMessage as Loose)(plainMessage(message), ...rest) as never;

/** `vscode.window.showErrorMessage` without links in the message. */
export const showErrorMessage: Show = (message: string, ...rest: unknown[]) =>
  (vscode.window.showErrorMessage as Loose)(plainMessage(message), ...rest) as never;

type Loose = (message: string, ...rest: unknown[]) => unknown;
