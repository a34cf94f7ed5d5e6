import * as vscode from 'vscode';
import type { Environment } from '../../environment.ts';
import { experimentIn } from '../../python/mlflow-mentions.ts';
import type { ExperimentReference } from './latest-runs.ts';

const maxTextLength = 500_000;

/**
 * The experiment that the user works on: the one that the code in front names, or other code that is open, or else the
 * variables that MLflow's client reads. `undefined`: none is named.
 */
export function activeExperiment(environment: Environment): ExperimentReference | undefined {
  const front = vscode.window.activeTextEditor?.document;
  const cells = vscode.window.activeNotebookEditor?.notebook.getCells().map(({ document }) => document) ?? [];
  const documents = [...(front ? [front] : []), ...cells, ...vscode.workspace.textDocuments];
  for (const document of documents.filter(({ languageId }) => languageId === 'python')) {
    const name = experimentIn(document.getText().slice(0, maxTextLength));
    if (name !== undefined) return { name };
  }
  const { MLFLOW_EXPERIMENT_ID: id, MLFLOW_EXPERIMENT_NAME: name } = environment;
  if (name) return { name };
  return id ? { id } : undefined;
}
