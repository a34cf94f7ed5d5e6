import { isProbe } from '../admission/admit-request.ts';
import type { AdmittedRequest } from '../admission/admit-request.ts';
import { isApiTarget, isPublicTarget } from '../http/api-path.ts';

/**
 * `probe`: needs no credential, and a response soon. `api`: a program asks, and the credential is needed. `publicApi`: the
 * same without the need. `page`: all else, such as what a browser asks for.
 */
export type RequestPurpose = 'probe' | 'api' | 'publicApi' | 'page';

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
  // What a browser asks before it asks is answered without a credential.
  if (line.method === 'OPTIONS' || !isApiTarget(line.target, basePath)) return 'page';
  return isPublicTarget(line.target) ? 'publicApi' : 'api';
}
