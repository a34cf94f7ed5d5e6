import * as l10n from '@vscode/l10n';
import { Problem } from '../problem.ts';

/** Headers that frame the message or route it can carry no credential (RFC 9110, 7.6.1; RFC 9112, 6). */
const forbiddenHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'keep-alive',
  'content-type',
  'content-encoding',
  'accept-encoding',
  'cookie',
  'origin',
]);

export function headerProblem(name: string): Problem | undefined {
  const isToken = /^[!#$%&'*+.^`|~0-9A-Za-z-]+$/.test(name);
  if (isToken && !forbiddenHeaders.has(name.toLowerCase())) return undefined;
  return new Problem({
    code: 'settings.headerName',
    message: l10n.t('mlflowSecretsAuth.header.name cannot be {0}.', JSON.stringify(name)),
    remedy: l10n.t('Use a header name of letters, digits and hyphens, such as Authorization or X-Api-Key.'),
    retry: 'afterFix',
    action: { kind: 'openSetting', setting: 'header.name' },
  });
}
