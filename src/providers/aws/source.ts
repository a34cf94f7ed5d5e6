import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { GetSecretValueCommandOutput, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AwsConfiguration } from './configuration.ts';
import { Problem } from '../../problem.ts';
import { Secret } from '../../secret.ts';
import type { FetchedSecret, SecretSource, SourceContext } from '../source.ts';
import { abortable } from '../transport/abortable.ts';
import { createAwsClient, createStsClient, rereadAwsFiles } from './client.ts';
import { awsProblem } from './problem.ts';
import { awsTarget } from './target.ts';

/** Milliseconds to find out the account's number in. */
const accountLimit = 5000;

/** Reads one secret of AWS Secrets Manager. Malformed settings are a `Problem` of the first `fetch`. */
export function createAwsSource(configuration: AwsConfiguration, context: SourceContext): SecretSource {
  return new AwsSource(configuration, context);
}

class AwsSource implements SecretSource {
  readonly #configuration: AwsConfiguration;
  readonly #context: SourceContext;
  /** Kept while it works, for its connections and its signed-in credentials. */
  #client: SecretsManagerClient | undefined;

  constructor(configuration: AwsConfiguration, context: SourceContext) {
    this.#configuration = configuration;
    this.#context = context;
  }

  async fetch(signal: AbortSignal): Promise<FetchedSecret> {
    signal.throwIfAborted();
    const target = awsTarget(this.#configuration, this.#context.environment);
    const { versionStage, versionId } = this.#configuration;
    if (this.#client === undefined) await rereadAwsFiles();
    const client = (this.#client ??= createAwsClient(this.#configuration, this.#context, target.region));
    const command = new GetSecretValueCommand({
      SecretId: target.secretId,
      ...(versionStage !== undefined && { VersionStage: versionStage }),
      ...(versionId !== undefined && { VersionId: versionId }),
    });
    let answer: GetSecretValueCommandOutput;
    try {
      answer = await abortable(client.send(command, { abortSignal: signal }), signal);
    } catch (error) {
      signal.throwIfAborted();
      const place = {
        ...target,
        region: target.region ?? (await regionOfClient(client)),
        account: target.account ?? (isNotFound(error) ? await this.#accountOf(client, signal) : undefined),
      };
      const problem = awsProblem(error, this.#configuration, place, this.#context.environment);
      // What was signed in with may be what is wrong: the next fetch reads everything anew.
      if (problem.retry !== 'automatic') this.#release(client);
      throw problem;
    }
    return { text: textOf(answer), version: answer.VersionId, expiresAt: undefined };
  }

  async close(): Promise<void> {
    if (this.#client) this.#release(this.#client);
    // AWS has no call that gives a session back; it ends by itself.
    return Promise.resolve();
  }

  /** As the credentials say it, or AWS, which everybody may ask that. Only for the words of a message. */
  async #accountOf(client: SecretsManagerClient, signal: AbortSignal): Promise<string | undefined> {
    try {
      const { accountId } = await client.config.credentials();
      if (accountId !== undefined) return accountId;
      const sts = await createStsClient(client, this.#configuration, this.#context);
      try {
        const asked = sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
        return (await abortable(asked, AbortSignal.any([signal, AbortSignal.timeout(accountLimit)]))).Account;
      } finally {
        sts.destroy();
      }
    } catch {
      return undefined;
    }
  }

  #release(client: SecretsManagerClient): void {
    client.destroy();
    if (this.#client === client) this.#client = undefined;
  }
}

function textOf(answer: GetSecretValueCommandOutput): Secret {
  if (answer.SecretString !== undefined) return new Secret(answer.SecretString);
  if (answer.SecretBinary === undefined) {
    throw new Problem({
      code: 'aws.emptySecret',
      message: 'The secret in AWS Secrets Manager has no value.',
      remedy: 'Give it a value, or choose another version.',
      retry: 'afterFix',
    });
  }
  try {
    // The SDK has already decoded base64; the bytes are the value.
    return new Secret(new TextDecoder('utf-8', { fatal: true }).decode(answer.SecretBinary));
  } catch {
    throw new Problem({
      code: 'aws.binaryNotText',
      message: 'The secret in AWS Secrets Manager is binary and not UTF-8 text.',
      remedy: 'Store the credential as text or as a JSON object.',
      retry: 'afterFix',
    });
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'ResourceNotFoundException';
}

async function regionOfClient(client: SecretsManagerClient): Promise<string | undefined> {
  try {
    return await client.config.region();
  } catch {
    // Only for the words of a message; that there is none is a problem of its own.
    return undefined;
  }
}
