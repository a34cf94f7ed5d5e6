/** What the runner outside does in the window on our behalf, as a user's hands and eyes. */
export type Action =
  | { readonly do: 'pick'; readonly label: string }
  | { readonly do: 'answer'; readonly shown: string; readonly text: string; readonly secret: boolean }
  | { readonly do: 'answerDialog'; readonly shown: string; readonly button: string }
  | { readonly do: 'waitForDialog'; readonly shown: string }
  /** Keeps Enter down over this dialog. */
  | { readonly do: 'holdEnter'; readonly shown: string }
  /** Sees what is filled in. */
  | { readonly do: 'waitForInput'; readonly shown: string }
  | { readonly do: 'escape' }
  /** Accepts what is filled in, and resolves to it. */
  | { readonly do: 'accept'; readonly shown: string }
  /** From here on, notes what our entry in the status bar and the notifications say; `seen` tells, a line each. */
  | { readonly do: 'watch' | 'seen' }
  | { readonly do: 'waitForStatus'; readonly text: string }
  | { readonly do: 'waitForNotification' | 'waitForNotificationToGo'; readonly text: string }
  /** Sees the buttons of each notification with this text, a line each. */
  | { readonly do: 'buttons'; readonly text: string }
  /** Presses what is in the title of the editor in front. */
  | { readonly do: 'pressInTitle'; readonly label: string }
  /** Scrolls to it, too. */
  | { readonly do: 'waitForPreview'; readonly text: string }
  /** Waits for a tab that the editor opens in the browser, and closes it; resolves to its address. */
  | { readonly do: 'waitForTab' }
  /** Waits for such a tab until it shows this text. */
  | { readonly do: 'waitForPage'; readonly text: string }
  | { readonly do: 'pressInNotification'; readonly text: string; readonly button: string }
  /** Opens the link of a terminal that holds this text; resolves as `waitForTab` does. */
  | { readonly do: 'openTerminalLink'; readonly text: string }
  /** The link of a notebook's output with this text, or the item below its cell: waits for a tab that shows `page`. */
  | { readonly do: 'openOutputLink' | 'pressBelowCell'; readonly text: string; readonly page: string }
  /** A row of a view in the side bar, by a part of what a screen reader says of it; resolves to all of that. */
  | { readonly do: 'waitForRow' | 'clickRow'; readonly text: string }
  /** In a view that has no rows. */
  | { readonly do: 'waitForWelcome'; readonly text: string }
  | { readonly do: 'trustFolder' }
  | { readonly do: 'screenshot'; readonly name: string };

/** The runner's address, and what it started for the suite. */
export interface HostSuiteContext {
  readonly checkout: string;
  readonly python: string;
  /** With the extra of MLflow that its own MCP server needs. */
  readonly pythonWithMcp: string;
  readonly tracking: { readonly uri: string; readonly user: string };
  /** Another one, with the same users. */
  readonly otherTracking: { readonly uri: string };
  /** The first again, behind a gateway that only knows a token. */
  readonly tokenTracking: { readonly uri: string };
  readonly vault: { readonly address: string };
  readonly aws: {
    /** Of moto, and of a portal for single sign-on. */
    readonly endpoint: string;
    readonly region: string;
    readonly secretId: string;
    readonly config: string;
    /** Below the home folder. */
    readonly tokenFile: string;
    /** A folder with the double of `aws`. */
    readonly programs: string;
  };
  /** Of an attacker; every request to it is one too many. */
  readonly evilOrigin: string;
  readonly folder: string;
  /** Texts by which the suite knows what it sees; labels of its own bundle are in src/vscode/labels.ts. */
  readonly shown: {
    readonly storedSource: string;
    readonly vaultSource: string;
    readonly diagnosisTitle: string;
    readonly signInHeading: string;
  };
}

const url = process.env['HOST_SUITE_URL'] ?? '';

export async function ask<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(`${url}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text) as T;
}

/** Resolves to what was seen, for actions that see something. */
export async function hands(action: Action): Promise<string> {
  return (await ask<{ seen: string }>('hands', action)).seen;
}

/** A secret is made up and kept outside, so that it is nowhere in this process before it is typed. */
export type SecretName = 'password' | 'wrongPassword' | 'vaultToken' | 'gatewayToken';

export async function typeSecret(shown: string, name: SecretName): Promise<void> {
  await hands({ do: 'answer', shown, text: name, secret: true });
}
