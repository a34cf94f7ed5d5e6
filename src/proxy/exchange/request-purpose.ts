import { isProbe } from '../admission/admit-request.ts';
import type { AdmittedRequest } from '../admission/admit-request.ts';
import { isApiTarget } from '../http/api-path.ts';

/**
 * `probe`: needs no credential, and a response soon. `api`: programs ask, and the credential is needed. `page`: all else,
 * such as what a browser asks for.
 */
export type RequestPurpose = 'probe' | 'api' | 'page';

/** Of the requests of one client, which are often the same one again. */
export class RequestPurposes {
  #request: AdmittedRequest | undefined;
  #basePath = '';
  #purpose: RequestPurpose = 'page';

  /** `basePath`: of the tracking server. */
  of(request: AdmittedRequest, basePath: string): RequestPurpose {
    if (this.#request === request && this.#basePath === basePath) return this.#purpose;
    this.#request = request;
    this.#basePath = basePath;
    return (this.#purpose = purposeOf(request, basePath));
  }
}

function purposeOf({ line }: AdmittedRequest, basePath: string): RequestPurpose {
  if (isProbe(line, basePath)) return 'probe';
  return isApiTarget(line.target, basePath) ? 'api' : 'page';
}
