import * as l10n from '@vscode/l10n';
import { ago } from '../../age.ts';
import { commands } from '../../settings/manifest.ts';
import type { Row } from '../sinks/row-tree.ts';
import type { LatestRun, RunStatus } from './latest-runs.ts';

interface Look extends Pick<Row, 'icon' | 'severity'> {
  readonly words: () => string;
}

const looks: Readonly<Record<RunStatus, Look>> = {
  RUNNING: { icon: 'sync', words: () => l10n.t('running') },
  SCHEDULED: { icon: 'clock', words: () => l10n.t('scheduled') },
  FINISHED: { icon: 'pass', severity: 'good', words: () => l10n.t('finished') },
  FAILED: { icon: 'error', severity: 'error', words: () => l10n.t('failed') },
  KILLED: { icon: 'circle-slash', severity: 'warning', words: () => l10n.t('stopped') },
};

const unknown: Look = { icon: 'question', words: () => l10n.t('in another state') };

/** The latest first, as they came; a click opens one in MLflow. */
export function runsRows(runs: readonly LatestRun[], now: number): readonly Row[] {
  return runs.map(({ experimentId, runId, name, status, startedAt }) => {
    const { words, ...look } = status === undefined ? unknown : looks[status];
    const age = startedAt === undefined ? [] : [ago(startedAt, now)];
    return {
      ...look,
      ...{ id: runId, label: name, description: [words(), ...age].join(', ') },
      ...{ command: commands.openMlflow, argument: `#/experiments/${experimentId}/runs/${runId}` },
    };
  });
}
