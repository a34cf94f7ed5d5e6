import * as l10n from '@vscode/l10n';
import { RowTree } from '../sinks/row-tree.ts';
import type { TreeContent, TreeHandle } from '../sinks/tree-view.ts';
import { startEnvironment } from '../start-environment.ts';
import { activeExperiment } from './active-experiment.ts';
import { latestRuns } from './latest-runs.ts';
import type { LatestRuns } from './latest-runs.ts';
import { runsRows } from './runs-rows.ts';
import { localAccess } from './side-bar-host.ts';
import type { SideBarHost } from './side-bar-host.ts';
import { WhileVisible } from './while-visible.ts';

const tickMs = 1000;
const ageStepMs = 10_000;
/** Between two questions while programs use MLflow, and while none does. */
const busyMs = 5000;
const idleMs = 60_000;

/** The latest runs of the experiment that the user works on, asked for while somebody sees the view. */
export function runsView(host: SideBarHost, handle: TreeHandle): TreeContent {
  const tree = new RowTree(handle);
  let found: LatestRuns | undefined;
  let askedAt = -Infinity;
  /** What was asked, and how much programs had used MLflow by then. */
  let asked = '';
  let requests = 0;

  async function look(): Promise<void> {
    const access = localAccess(host);
    const tracking = host.linkedServer()?.tracking;
    const { kind } = host.connection.state;
    const isOpen = kind === 'connected' || kind === 'degraded';
    if (!isOpen || access === undefined || tracking === undefined) {
      asked = '';
      found = undefined;
      show(l10n.t('The latest runs appear here while MLflow is connected.'));
      return;
    }
    const named = activeExperiment(startEnvironment);
    const question = JSON.stringify([tracking.origin, tracking.basePath, named]);
    const done = host.connection.status.statistics?.requests ?? 0;
    const sinceMs = performance.now() - askedAt;
    if (question === asked && sinceMs < (done === requests ? idleMs : busyMs)) {
      show();
      return;
    }
    if (question !== asked) {
      found = undefined;
      show(l10n.t('Loading…'));
    }
    [asked, askedAt, requests] = [question, performance.now(), done];
    found = (await latestRuns(access, tracking.basePath, named)) ?? found;
    show();
  }

  function show(message = found?.runs.length === 0 ? l10n.t('There are no runs yet.') : undefined): void {
    const now = Math.floor(Date.now() / ageStepMs) * ageStepMs;
    tree.describe(found === undefined ? '' : (found.experiment ?? l10n.t('all experiments')));
    tree.show(runsRows(found?.runs ?? [], now), message);
  }

  const visible = new WhileVisible(handle.view, tickMs, {
    run: look,
    failed: (error) => tree.showFailure(error),
  });
  return {
    children: (item) => tree.children(item),
    dispose: () => {
      visible.dispose();
      tree.dispose();
    },
  };
}
