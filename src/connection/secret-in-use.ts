import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import type { Problem } from '../problem.ts';
import type { CloseOptions, FetchOptions } from '../providers/source.ts';
import type { AfterClosing } from './after-closing.ts';
import type { ConnectionStatus } from './connection-status.ts';
import { credentialName, fingerprintOf } from './dependencies.ts';
import type { ConnectionDependencies } from './dependencies.ts';
import { explaining, givenUpProblem } from './given-up.ts';
import type { GivenUp } from './given-up.ts';
import type { LocalProxy } from './local-proxy.ts';
import type * as OnConnect from './on-connect.ts';
import type { Made, RunningConnection } from './running-connection.ts';
import { inTurn } from './steps.ts';

type Parts = Pick<typeof OnConnect, 'RunningConnection'>;

/** What serves the secret of the window's connection, if there is one. */
export class SecretInUse {
  readonly #dependencies: ConnectionDependencies;
  readonly #proxy: Pick<LocalProxy, 'setCredential'>;
  readonly #status: Pick<ConnectionStatus, 'targetOf'>;
  readonly #afterClosing: Pick<AfterClosing, 'connectedTo' | 'following'>;
  #running: RunningConnection | undefined;
  /**
   * By this window, with nothing started since. What is stored of it only explains, as another window may have entered a
   * credential that is right.
   */
  #givenUp: GivenUp | undefined;

  constructor(
    dependencies: ConnectionDependencies,
    proxy: Pick<LocalProxy, 'setCredential'>,
    status: Pick<ConnectionStatus, 'targetOf'>,
    afterClosing: Pick<AfterClosing, 'connectedTo' | 'following'>,
  ) {
    this.#dependencies = dependencies;
    this.#proxy = proxy;
    this.#status = status;
    this.#afterClosing = afterClosing;
  }

  get running(): RunningConnection | undefined {
    return this.#running;
  }

  /** Until the server was asked, or there is no credential to ask with. */
  async start(parts: Parts, made: Made, options: FetchOptions): Promise<void> {
    const { configuration } = made;
    const of = credentialName(configuration);
    const { givenUp } = this.#dependencies;
    if (options.isAttended) await givenUp.set(undefined);
    const before = givenUp.get();
    const resolver = isOfConfiguration(before, configuration)
      ? explaining(made.resolver, givenUpProblem(before))
      : made.resolver;
    const running = new parts.RunningConnection({ ...made, resolver }, this.#dependencies, {
      post: (credential) =>
        this.#proxy.setCredential(credential.kind === 'unavailable' ? { ...credential, of } : credential),
      ...this.#afterClosing.following(configuration, this.#status.targetOf(configuration)),
    });
    this.#running = running;
    this.#givenUp = undefined;
    await running.start(options);
  }

  /** Why a connection like this was given up: only a person makes it again. */
  givenUp(configuration: ConnectionConfiguration): Problem | undefined {
    const before = this.#givenUp;
    return isOfConfiguration(before, configuration) ? givenUpProblem(before) : undefined;
  }

  /** False where there is none any more. */
  async giveUp(problem: Problem): Promise<boolean> {
    if (this.#running === undefined) return false;
    const { message, remedy } = problem;
    this.#givenUp = { fingerprint: fingerprintOf(this.#running.configuration), message, remedy };
    await this.#dependencies.givenUp.set(this.#givenUp);
    await this.stop({ revoke: true });
    return true;
  }

  async stop(options: CloseOptions): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (options.revoke) this.#afterClosing.connectedTo(undefined);
    await running?.close(options);
  }

  isOf(isIt: (configuration: ConnectionConfiguration) => boolean): boolean {
    return this.#running !== undefined && isIt(this.#running.configuration);
  }

  async endKept(options?: Parameters<ConnectionDependencies['kept']['end']>[0]): Promise<void> {
    await this.#dependencies.kept.end(options);
  }

  /** Nothing of the secret stays, whether or not this window ever connected. */
  async end(): Promise<void> {
    await inTurn(
      async () => this.stop({ revoke: true }),
      async () => this.endKept(),
    );
  }
}

function isOfConfiguration(
  givenUp: GivenUp | undefined,
  configuration: ConnectionConfiguration,
): givenUp is GivenUp {
  return givenUp?.fingerprint === fingerprintOf(configuration);
}
