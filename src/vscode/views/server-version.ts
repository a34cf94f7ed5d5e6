import { probeLocalProxy } from '../../connection/probe-local-proxy.ts';
import { localAccess } from './side-bar-host.ts';
import type { SideBarHost } from './side-bar-host.ts';

const versionPattern = /^\d+\.\d+[\w.+-]{0,40}$/;

/** Which MLflow the tracking server is, where it says so; asked once for a server. */
export class ServerVersion {
  readonly #host: SideBarHost;
  #of: string | undefined;
  #version: string | undefined;

  constructor(host: SideBarHost) {
    this.#host = host;
  }

  async current(): Promise<string | undefined> {
    const access = localAccess(this.#host);
    const tracking = this.#host.linkedServer()?.tracking;
    if (access === undefined || tracking === undefined) return undefined;
    const of = tracking.origin + tracking.basePath;
    if (this.#of === of) return this.#version;
    const response = await probeLocalProxy(access.port, `${tracking.basePath}/version`, access.clientToken);
    if (response.kind !== 'response' || response.isOwn) return undefined;
    const text = response.text.trim();
    this.#of = of;
    this.#version = response.status === 200 && versionPattern.test(text) ? text : undefined;
    return this.#version;
  }
}
