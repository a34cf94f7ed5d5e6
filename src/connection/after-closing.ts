import type { ConnectionConfiguration } from '../configuration/configuration.ts';
import { destinationOf } from '../configuration/destination.ts';
import type { AfterClose } from '../proxy/control/control-messages.ts';
import type * as Attach from './attach.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { ConnectionDependencies } from './dependencies.ts';
import type { LocalProxy } from './local-proxy.ts';
import type { RunningTarget } from './running-connection.ts';

type Proxy = Pick<LocalProxy, 'setAfterClose' | 'takeWentOn'>;
type Status = Pick<ConnectionStatus, 'wasKept'>;
type Target = Omit<RunningTarget, 'post'>;
export type AfterClosingDependencies = Pick<ConnectionDependencies, 'approvals' | 'keeping' | 'log'>;

const loaded = async (): Promise<typeof Attach> => import('./attach.ts');

/** Tells the proxy what is to become of it when the last window is closed, and hears what did. */
export class AfterClosing {
  readonly #dependencies: AfterClosingDependencies;
  readonly #proxy: Proxy;
  readonly #status: Status;
  #configuration: ConnectionConfiguration | undefined;

  constructor(dependencies: AfterClosingDependencies, proxy: Proxy, status: Status) {
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

  /** Before a secret is fetched: the process may have one. */
  async takeOver(): Promise<void> {
    const wentOn = this.#proxy.takeWentOn();
    if (wentOn === undefined) return;
    const text = await (await loaded()).takeOver(wentOn, this.#dependencies);
    if (text !== undefined) this.#status.wasKept(text);
  }

  /** Never rejects. */
  async #renew(): Promise<void> {
    const configuration = this.#configuration;
    if (configuration === undefined) return;
    const afterClose = await this.#afterClose(configuration);
    if (this.#configuration === configuration) this.#proxy.setAfterClose(afterClose);
  }

  async #afterClose(configuration: ConnectionConfiguration): Promise<AfterClose> {
    const { afterClose } = configuration;
    if (afterClose.kind !== 'whileInUse') return afterClose;
    const { approvals } = this.#dependencies;
    if (!approvals.mayBeKept(destinationOf(configuration))) return { kind: 'shortly' };
    const plan = await (await loaded()).planOf(configuration, this.#dependencies);
    return { kind: 'whileInUse', hours: afterClose.keepHours, plan };
  }
}
