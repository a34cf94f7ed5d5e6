import * as l10n from '@vscode/l10n';
import { Problem } from '../../problem.ts';
import { openSetting } from '../transport/fault.ts';
import { fields, textField } from '../transport/fields.ts';
import { apiPath } from './kv-path.ts';
import type { KvPath } from './kv-path.ts';
import { nameOf, vaultProblem } from './problem.ts';
import { isUnmounted, isUnsupported } from './response.ts';
import type { VaultResponse } from './response.ts';

/** Vault either rejects the token or does not let it read the path: the sign-in finds out which. */
export class DeniedError extends Error {
  readonly problem: Problem;
  readonly path: KvPath;

  constructor(path: KvPath) {
    const problem = denied(path);
    super(problem.message);
    this.name = 'DeniedError';
    this.problem = problem;
    this.path = path;
  }
}

/** Whether Vault said that nothing is there: another meaning of the path may be right. */
export function isAbsent(error: unknown): boolean {
  return (
    error instanceof Problem &&
    ['vault.noSuchSecret', 'vault.noSuchVersion', 'vault.noSuchMount', 'vault.otherEngine'].includes(
      error.code,
    )
  );
}

export function onlyMount(mount: string): Problem {
  return vaultProblem({
    code: 'path',
    message: l10n.t('mlflowSecretsAuth.vault.path names the mount "{0}" but no secret in it.', mount),
    remedy: l10n.t('Set it to {0}/NAME.', mount),
    retry: 'afterFix',
    action: openSetting('vault.path'),
  });
}

/** What of Vault's API is there for the sign-in itself. */
export function notASecret(path: string): Problem {
  return vaultProblem({
    code: 'notASecret',
    message: l10n.t('{0} is no secret for a tracking server: it shows how you sign in to Vault.', path),
    remedy: l10n.t('Set mlflowSecretsAuth.vault.path to the path of the secret.'),
    retry: 'afterFix',
    action: openSetting('vault.path'),
  });
}

/** Whoever answered names a mount that no Vault can have. */
export function badMount(address: string): Problem {
  return vaultProblem({
    code: 'badMount',
    message: l10n.t(
      '{0} returned a malformed mount path, from which nothing was requested.',
      nameOf(address),
    ),
    remedy: l10n.t('Set mlflowSecretsAuth.vault.mount, and check mlflowSecretsAuth.vault.address.'),
    retry: 'afterFix',
    action: openSetting('vault.mount'),
  });
}

function denied(path: KvPath): Problem {
  const policy = policyFor(path);
  return vaultProblem({
    code: 'denied',
    message: l10n.t('This Vault sign-in is not allowed to read {0}.', apiPath(path)),
    remedy:
      path.isGuess === true
        ? l10n.t(
            'Check mlflowSecretsAuth.vault.path for a typo, and mlflowSecretsAuth.vault.mount. If both are right, ask your Vault administrator for this policy: {0}.',
            policy,
          )
        : l10n.t(
            'Check mlflowSecretsAuth.vault.path for a typo. If it is right, ask your Vault administrator for this policy: {0}.',
            policy,
          ),
    retry: 'purge',
    action: openSetting('vault.path'),
  });
}

/** As `vault.denied`, with a token that is from another namespace; it may be good for its own and for those below. */
export function deniedElsewhere(path: KvPath, own: string, here: string): Problem {
  const isBelow = own === '' || here.startsWith(`${own}/`);
  const below = own === '' ? here : here.slice(own.length + 1);
  return vaultProblem({
    code: 'denied',
    message: l10n.t(
      'This Vault sign-in is of the namespace "{0}", and is not allowed to read {1} in the namespace "{2}".',
      own || 'root',
      apiPath(path),
      here || 'root',
    ),
    remedy: isBelow
      ? l10n.t(
          'Check mlflowSecretsAuth.vault.namespace. If it is right, ask your Vault administrator for this policy: {0}.',
          policyFor(path, below),
        )
      : l10n.t(
          'Check mlflowSecretsAuth.vault.namespace. If it is right, sign in with a user, role or token of that namespace: others are mostly good for their own and those below it.',
        ),
    retry: 'purge',
    action: openSetting('vault.namespace'),
  });
}

/** As `vault.denied`, with a token that may be from another namespace: it may not be asked. */
export function deniedSomewhere(path: KvPath): Problem {
  return vaultProblem({
    code: 'denied',
    message: l10n.t('This Vault sign-in is not allowed to read {0}.', apiPath(path)),
    remedy: l10n.t(
      'Check mlflowSecretsAuth.vault.path for a typo, and mlflowSecretsAuth.vault.namespace: Vault does not tell of which namespace this sign-in is. If both are right, ask your Vault administrator for this policy: {0}.',
      policyFor(path),
    ),
    retry: 'purge',
    action: openSetting('vault.path'),
  });
}

/** `namespace`: of the path, below that of the policy. */
function policyFor(path: KvPath, namespace = ''): string {
  const full = namespace === '' ? apiPath(path) : `${namespace}/${apiPath(path)}`;
  return `path "${full}" { capabilities = ["read"] }`;
}

/** Behind a 404: nothing there, or a version that was deleted or destroyed. */
export function absent(response: VaultResponse, path: KvPath, version: number | undefined): Problem {
  const metadata = fields(fields(fields(response.body)['data'])['metadata']);
  const secret = `${path.mount}/${path.rest}`;
  if (metadata['destroyed'] === true) return destroyed(secret, version);
  if (textField(metadata, 'deletion_time') !== undefined) return deleted(secret, version);
  if (isUnmounted(response)) return noSuchMount(path.mount);
  if (isUnsupported(response)) return otherEngine(path.mount, path.rest);
  return version === undefined || path.engine === 'v1'
    ? noSuchSecret(secret)
    : noSuchVersion(secret, version);
}

function destroyed(secret: string, version: number | undefined): Problem {
  return vaultProblem({
    code: 'destroyed',
    message:
      version === undefined
        ? l10n.t('The latest version of {0} was destroyed and cannot be recovered.', secret)
        : l10n.t('Version {0} of {1} was destroyed and cannot be recovered.', version, secret),
    remedy: l10n.t('Write a new version, or set mlflowSecretsAuth.vault.version to an existing one.'),
    retry: 'purge',
  });
}

function deleted(secret: string, version: number | undefined): Problem {
  return vaultProblem({
    code: 'deleted',
    message:
      version === undefined
        ? l10n.t('The latest version of {0} is deleted.', secret)
        : l10n.t('Version {0} of {1} is deleted.', version, secret),
    remedy: l10n.t(
      'Undelete it, write a new version, or set mlflowSecretsAuth.vault.version to an existing one.',
    ),
    retry: 'purge',
  });
}

function noSuchMount(mount: string): Problem {
  return vaultProblem({
    code: 'noSuchMount',
    message: l10n.t('Vault has nothing mounted at "{0}/".', mount),
    remedy: checkPath(),
    retry: 'purge',
    action: openSetting('vault.path'),
  });
}

export function otherEngine(mount: string, rest: string): Problem {
  return vaultProblem({
    code: 'otherEngine',
    message: l10n.t('What is mounted at "{0}/" in Vault has no secret to read at {1}.', mount, rest),
    remedy: l10n.t('Set mlflowSecretsAuth.vault.path to a secret of a key/value mount.'),
    retry: 'purge',
    action: openSetting('vault.path'),
  });
}

function noSuchSecret(secret: string): Problem {
  return vaultProblem({
    code: 'noSuchSecret',
    message: l10n.t('Vault has no secret at {0}.', secret),
    remedy: l10n.t(
      'Check mlflowSecretsAuth.vault.path and mlflowSecretsAuth.vault.namespace, or write the secret.',
    ),
    retry: 'purge',
    action: openSetting('vault.path'),
  });
}

function noSuchVersion(secret: string, version: number): Problem {
  return vaultProblem({
    code: 'noSuchVersion',
    message: l10n.t('Vault has no version {0} of the secret at {1}.', version, secret),
    remedy: l10n.t('Set mlflowSecretsAuth.vault.version to an existing one, or to 0 for the latest.'),
    retry: 'purge',
    action: openSetting('vault.version'),
  });
}

export function requestNotAccepted(path: string, status: number): Problem {
  return vaultProblem({
    code: 'refusedRequest',
    message: l10n.t('Vault did not accept the request for {0} (status {1}).', path, status),
    remedy: checkPath(),
    retry: 'afterFix',
  });
}

function checkPath(): string {
  return l10n.t(
    'Check mlflowSecretsAuth.vault.path, mlflowSecretsAuth.vault.mount and mlflowSecretsAuth.vault.namespace.',
  );
}
