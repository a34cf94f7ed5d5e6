import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { destinationOf } from '../configuration/destination.ts';
import { asProblem, inOneText } from '../problem.ts';
import type { AfterClose } from '../proxy/control/control-messages.ts';
import type { ConnectionDependencies } from './dependencies.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { LocalProxy } from './local-proxy.ts';
import type { RunningTarget } from './running-connection.ts';

type Proxy = Pick<LocalProxy, 'setAfterClose' | 'takeWentOn'>;
type Target = Omit<RunningTarget, 'post'>;
type Dependencies = Pick<ConnectionDependencies, 'approvals' | 'keeping' | 'log'>;

/** Tells the proxy what is to become of it when the last window is closed, and hears what did. */
export class AfterClosing {
  readonly #dependencies: Dependencies;
  readonly #proxy: Proxy;
  readonly #status: Pick<ConnectionStatus, 'keptMeanwhile'>;
  #configuration: ConnectionConfiguration | undefined;

  constructor(dependencies: Dependencies, proxy: Proxy, status: Pick<ConnectionStatus, 'keptMeanwhile'>) {
    this.#dependencies = dependencies;
    this.#proxy = proxy;
    this.#status = status;
  }

  /** `undefined`: no secret is to be in use any longer. */
  connectedTo(configuration: ConnectionConfiguration | undefined): void {
    this.#configuration = configuration;
    if (configuration === undefined) this.#proxy.setAfterClose({ kind: 'shortly' });
    else void this.#renew();
  }

  /** The same target, which tells of each credential: what the proxy is to go on with is another one then. */
  following(configuration: ConnectionConfiguration, target: Target): Target {
    this.connectedTo(configuration);
    return {
      ...target,
      served: (secret, problem) => {
        target.served(secret, problem);
        void this.#renew();
      },
    };
  }

  /** Never rejects. */
  async #renew(): Promise<void> {
    const configuration = this.#configuration;
    if (configuration === undefined) return;
    const afterClose = await this.#afterClose(configuration);
    if (this.#configuration === configuration) this.#proxy.setAfterClose(afterClose);
  }

  /** Before a secret is fetched: the process may have one. */
  async takeOver(): Promise<void> {
    const wentOn = this.#proxy.takeWentOn();
    if (wentOn === undefined) return;
    const { log, keeping } = this.#dependencies;
    for (const line of wentOn.log) log('info', line);
    if (wentOn.state !== undefined) await keeping.takeOver(wentOn.state);
    if (!wentOn.wasKept) return;
    const { wentOnLine, wentOnText } = await import('./attach.ts');
    const text = wentOnText(wentOn);
    log('info', wentOnLine(text));
    this.#status.keptMeanwhile(text);
  }

  async #afterClose(configuration: ConnectionConfiguration): Promise<AfterClose> {
    const { approvals, keeping, log } = this.#dependencies;
    const { afterClose } = configuration;
    if (afterClose.kind !== 'whileInUse') return afterClose;
    if (!approvals.isApprovedToBeKept(destinationOf(configuration))) return { kind: 'shortly' };
    try {
      const plan = await keeping.plan(configuration);
      return { kind: 'whileInUse', hours: afterClose.keepHours, plan };
    } catch (error) {
      log('warn', inOneText(asProblem(error, 'secret.unexpected', 'automatic')));
      return { kind: 'whileInUse', hours: afterClose.keepHours, plan: undefined };
    }
  }
}
