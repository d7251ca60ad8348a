import { decode, encode } from './wire';

/*
 * What VS Code provides to a page, as a script that runs before the page's own scripts: its API, themes and
 * default style.
 */

/** What a page receives from VS Code about the theme. */
export interface PageTheme {
  /** Classes of the body, such as `vscode-dark`. */
  readonly bodyClass: string;
  readonly kind: string;
  readonly id: string;
  /** Values of CSS variables. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Bindings and functions through which test and page call each other. */
interface Bridge {
  toHost(text: string): void;
  violated(text: string): void;
  wear(theme: PageTheme): void;
  fromHost(text: string): void;
  /** The saved state of the page, as JSON. */
  state: string | undefined;
}

declare global {
  interface Window {
    polysemanticityTest: Bridge;
    polysemanticityToHost(text: string): void;
    polysemanticityViolated(text: string): void;
  }
}

/** The script that turns a page of a browser into a webview. */
export function webviewScript(theme: PageTheme, state: unknown): string {
  const given = JSON.stringify({
    theme,
    state: state === undefined ? undefined : JSON.stringify(state),
  });
  // Compilers may have wrapped named functions in a helper that the page does not have.
  return `(() => {
    const __name = (value) => value;
    const encode = ${encode.toString()};
    const decode = ${decode.toString()};
    (${becomeWebview.toString()})(${given}, encode, decode);
  })()`;
}

/** Runs in the page before all other scripts. */
function becomeWebview(
  given: { readonly theme: PageTheme; readonly state?: string },
  encodeMessage: typeof encode,
  decodeMessage: typeof decode,
): void {
  const KEY = 'polysemanticity.test.state';
  let acquired = false;
  const bridge: Bridge = {
    toHost: (text) => window.polysemanticityToHost(text),
    violated: (text) => window.polysemanticityViolated(text),
    wear(theme) {
      const { style } = document.documentElement;
      for (const name of [...style].filter((property) => property.startsWith('--vscode-'))) {
        if (!(name in theme.variables)) style.removeProperty(name);
      }
      for (const [name, value] of Object.entries(theme.variables)) style.setProperty(name, value);
      document.body.className = `vscode-body ${theme.bodyClass}`;
      document.body.dataset.vscodeThemeKind = theme.kind;
      document.body.dataset.vscodeThemeId = theme.id;
    },
    fromHost(text) {
      window.dispatchEvent(new MessageEvent('message', { data: decodeMessage(text) }));
    },
    // Survives a reload, like the state that VS Code keeps for a page.
    get state() {
      return sessionStorage.getItem(KEY) ?? given.state;
    },
    set state(text) {
      sessionStorage.setItem(KEY, text ?? 'null');
    },
  };
  window.polysemanticityTest = bridge;
  Object.assign(window, {
    acquireVsCodeApi() {
      if (acquired) throw new Error('An instance of the VS Code API has already been acquired');
      acquired = true;
      return {
        postMessage: (message: unknown) => bridge.toHost(encodeMessage(message)),
        getState: (): unknown =>
          bridge.state === undefined ? undefined : (JSON.parse(bridge.state) as unknown),
        setState(state: unknown) {
          bridge.state = JSON.stringify(state);
          return state;
        },
      };
    },
  });
  document.addEventListener('securitypolicyviolation', (event) => {
    const where = event.sourceFile ? ` at ${event.sourceFile}:${event.lineNumber}` : '';
    bridge.violated(`${event.violatedDirective} forbids ${event.blockedURI}${where}`);
  });
  // In a layer, so that the page's own style has precedence, and by script, which no policy forbids.
  const style = new CSSStyleSheet();
  style.replaceSync(`@layer vscode {
    html { background: var(--vscode-editor-background); }
    body { margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground);
      font: var(--vscode-font-weight) var(--vscode-font-size) var(--vscode-font-family); }
  }`);
  // As in VS Code, the body has its attributes before the page's first script runs.
  const observer = new MutationObserver(() => {
    if (document.body === null) return;
    observer.disconnect();
    document.adoptedStyleSheets = [style];
    bridge.wear(given.theme);
  });
  observer.observe(document, { childList: true, subtree: true });
}
