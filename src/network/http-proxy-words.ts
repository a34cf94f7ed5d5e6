import * as l10n from '@vscode/l10n';

/** What to do where the HTTP proxy requires a sign-in. `from`: what names it; `undefined` where only the system can. */
export function signInAtHttpProxy(from: string | undefined): string {
  if (from === undefined)
    return l10n.t('Set http.proxy in your user settings to its address, with the user and password.');
  return from === 'http.proxy'
    ? l10n.t('Put the user and password into {0}.', from)
    : l10n.t('Put the user and password into {0}, and restart VS Code.', from);
}

/** What to do where it takes what only a program of this machine can give. `from`: as above. */
export function negotiatingHttpProxy(from = 'http.proxy'): string {
  return l10n.t(
    'Have your network administrator exempt the server, and add it to http.noProxy; or run a local proxy that signs in, such as px, and name it in {0}.',
    from,
  );
}
