/**
 * What ends a problem.
 * - `waiting`: it passes by itself.
 * - `network`: the network, a VPN, a firewall or an HTTP proxy lets requests through again.
 * - `server`: the tracking server, or who may use it, is changed.
 * - `store`: something is changed in the secret store: it is unsealed, a policy is granted, a secret is written.
 * - `credentialElsewhere`: a sign-in on this machine, outside of VS Code, or a file that it writes.
 * - `machine`: the clock, a certificate file, the keychain or a port of this machine.
 * - `settings`: a setting.
 * - `signIn`: the user signs in again, by a command of the extension.
 * - `enterCredential`: the user enters the credential again.
 * - `client`: the program that sent the request is started again, or sends another one.
 * - `restart`: VS Code is started again, with other environment variables.
 * - `window`: the folder is opened in VS Code again.
 */
export type Mend =
  | 'waiting'
  | 'network'
  | 'server'
  | 'store'
  | 'credentialElsewhere'
  | 'machine'
  | 'settings'
  | 'signIn'
  | 'enterCredential'
  | 'client'
  | 'restart'
  | 'window';

/** Any one of them ends the problem. The first is the likeliest. */
export type Mends = readonly [Mend, ...Mend[]];

/**
 * Problems of one provider or room by the last part of their codes. The comment above each says what it means: it is the
 * row of docs/troubleshooting.md, which `npm run format` writes.
 */
export type ProblemTable = Readonly<Record<string, Mends>>;

/** The table under full codes: `sealed` of `vault` becomes `vault.sealed`. */
export type WithPrefix<Prefix extends string, Table> = {
  readonly [Name in keyof Table & string as `${Prefix}.${Name}`]: Table[Name];
};

export function withPrefix<const Prefix extends string, Table extends ProblemTable>(
  prefix: Prefix,
  table: Table,
): WithPrefix<Prefix, Table> {
  const entries = Object.entries(table).map(([name, mends]) => [`${prefix}.${name}`, mends]);
  return Object.fromEntries(entries) as WithPrefix<Prefix, Table>;
}

interface MendFacts {
  /** The user of this window does it, rather than somebody else or nobody. */
  readonly isUsersAct: boolean;
  /** Asking again finds out that it is mended, and asking does no harm: a wrong password asked often locks an account. */
  readonly isFoundByAsking: boolean;
  /** Somebody does it while a run waits; nothing that a run can wait for mends wrong settings. */
  readonly isWorthWaitingFor: boolean;
}

const facts: Readonly<Record<Mend, MendFacts>> = {
  waiting: { isUsersAct: false, isFoundByAsking: true, isWorthWaitingFor: true },
  network: { isUsersAct: false, isFoundByAsking: true, isWorthWaitingFor: true },
  server: { isUsersAct: false, isFoundByAsking: true, isWorthWaitingFor: true },
  store: { isUsersAct: false, isFoundByAsking: true, isWorthWaitingFor: true },
  credentialElsewhere: { isUsersAct: true, isFoundByAsking: true, isWorthWaitingFor: true },
  machine: { isUsersAct: true, isFoundByAsking: true, isWorthWaitingFor: true },
  settings: { isUsersAct: true, isFoundByAsking: false, isWorthWaitingFor: false },
  signIn: { isUsersAct: true, isFoundByAsking: false, isWorthWaitingFor: true },
  enterCredential: { isUsersAct: true, isFoundByAsking: false, isWorthWaitingFor: true },
  client: { isUsersAct: true, isFoundByAsking: false, isWorthWaitingFor: false },
  restart: { isUsersAct: true, isFoundByAsking: false, isWorthWaitingFor: false },
  window: { isUsersAct: true, isFoundByAsking: false, isWorthWaitingFor: false },
};

/** Whether the likeliest end is something that the user does. */
export function isUsersAct([likeliest]: Mends): boolean {
  return facts[likeliest].isUsersAct;
}

export function isFoundByAsking(mends: Mends): boolean {
  return mends.some((mend) => facts[mend].isFoundByAsking);
}

export function isWorthWaitingFor(mends: Mends): boolean {
  return mends.some((mend) => facts[mend].isWorthWaitingFor);
}
