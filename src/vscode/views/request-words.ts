import * as l10n from '@vscode/l10n';
import type { RecentRequest } from '../../proxy/messages.ts';

/** What follows the version in the paths of MLflow's REST API, and what a program does with it, for people. */
const calls: readonly (readonly [beginning: RegExp, words: () => string])[] = [
  [/^runs\/log-metric$/, () => l10n.t('Log a metric')],
  [/^runs\/log-batch$/, () => l10n.t('Log metrics or tags')],
  [/^runs\/(?:log-parameter|set-tag|delete-tag)$/, () => l10n.t('Log a parameter or tag')],
  [/^runs\/(?:log-inputs|outputs)$/, () => l10n.t('Log data sets')],
  [/^runs\/create$/, () => l10n.t('Start a run')],
  [/^runs\/update$/, () => l10n.t('Update a run')],
  [/^runs\/search$/, () => l10n.t('Search runs')],
  [/^runs\//, () => l10n.t('Read a run')],
  [/^metrics\//, () => l10n.t('Read metrics')],
  [/^experiments\/(?:create|update|set-)/, () => l10n.t('Change an experiment')],
  [/^experiments\//, () => l10n.t('Look up an experiment')],
  [/^(?:registered-models|model-versions)\//, () => l10n.t('Use the model registry')],
  [/^logged-models/, () => l10n.t('Log a model')],
  [/^traces/, () => l10n.t('Log or read traces')],
  [/^artifacts/, () => l10n.t('Use artifacts')],
  [/^users\//, () => l10n.t('Ask who is signed in')],
];

const apiPath = /\/(?:ajax-)?api\/[\d.]+\/(?:mlflow-artifacts|mlflow)\/(.*)$/;

/** What a program asked for, in people's words; the path of what is not known. */
export function requestWords({ method, path }: Pick<RecentRequest, 'method' | 'path'>): string {
  if (/\/(?:version|health)$/.test(path)) return l10n.t('Check the server');
  const call = apiPath.exec(path)?.[1];
  const known = call === undefined ? undefined : calls.find(([beginning]) => beginning.test(call));
  return known === undefined ? `${method} ${path}` : known[1]();
}
