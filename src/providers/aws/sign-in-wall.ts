import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { checkSignIn } from './approved-host.ts';
import type { HttpProxyWay } from '../transport/plain-http.ts';
import type { AwsConfiguration } from './configuration.ts';
import { Problem } from '../../problem.ts';

type Extensions = NonNullable<SecretsManagerClientConfig['extensions']>;

/**
 * Keeps what the SDK signs in at by itself to AWS and to what was approved: its clients for single sign-on take no
 * middleware of ours, read endpoints from the user's files, and show them the token of the sign-in.
 */
export class SignInWall {
  readonly #approved: readonly (string | undefined)[];
  readonly #way: HttpProxyWay;
  #refused: Problem | undefined;

  constructor(configuration: AwsConfiguration, way: HttpProxyWay) {
    this.#way = way;
    this.#approved = [
      configuration.environmentSsoEndpoint,
      configuration.environmentSsoOidcEndpoint,
      configuration.environmentSigninEndpoint,
      configuration.environmentStsEndpoint,
    ];
  }

  /** Of a client's configuration. */
  get extensions(): Extensions {
    return [
      {
        configure: (client) => {
          const handler = client.httpHandler();
          const handle: typeof handler.handle = async (request, options) => {
            this.#check(request);
            return handler.handle(request, options);
          };
          client.setHttpHandler(
            Object.assign(Object.create(handler) as typeof handler, {
              handle,
              destroy: () => handler.destroy?.(),
            }),
          );
        },
      },
    ];
  }

  /** The SDK tells of what it met in words of its own. */
  async through<T>(signIn: () => Promise<T>): Promise<T> {
    this.#forget();
    try {
      return await signIn();
    } catch (error) {
      throw this.#refused ?? error;
    }
  }

  #forget(): void {
    this.#refused = undefined;
  }

  #check(request: unknown): void {
    try {
      checkSignIn(request, this.#approved, this.#way);
    } catch (error) {
      if (error instanceof Problem) this.#refused = error;
      throw error;
    }
  }
}
