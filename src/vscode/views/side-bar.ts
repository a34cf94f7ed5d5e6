import * as vscode from 'vscode';
import { createLazyTree } from '../sinks/tree-view.ts';
import type { SideBarHost } from './side-bar-host.ts';

/** The views of MLflow's container in the activity bar. */
export function sideBar(host: SideBarHost): vscode.Disposable {
  return vscode.Disposable.from(
    ...(['connectionView', 'runsView'] as const).map((name) =>
      createLazyTree(`mlflowSecretsAuth.${name}`, async (handle) =>
        (await import('./views.ts'))[name](host, handle),
      ),
    ),
  );
}
