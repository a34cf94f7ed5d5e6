import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { asProblem, inOneText } from '../../problem.ts';
import type { EnvironmentChange } from '../../python/environment.ts';
import { mcpServerProvider, modelTools } from '../../settings/manifest.ts';
import type { MlflowConnection } from '../public-connection.ts';
import { registerModelTool } from '../sinks/model-tool.ts';
import type * as McpServerModule from './mlflow-mcp-server.ts';

const mcpServer = async (): Promise<typeof McpServerModule> => import('./mlflow-mcp-server.ts');

export interface DiagnosisInput {
  /** Whether the tracking server is asked if it accepts the credential. */
  readonly askServer: boolean;
}

export interface AgentsHost {
  readonly connection: MlflowConnection;
  readonly diagnose: (input: DiagnosisInput) => Promise<string>;
  /** What Python in this window finds. */
  readonly variables: () => readonly EnvironmentChange[] | undefined;
}

/**
 * Registers what agents are offered; what it does is loaded when one asks. Nothing of it connects, approves or shows a secret:
 * what a model asks for may have been put into its mouth.
 */
export function offerToAgents({ connection, diagnose, variables }: AgentsHost): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let isOffered = false;
  const listener = connection.onDidChangeState((state) => {
    const before = isOffered;
    // A server that runs stays while the connection is mended.
    if (state === 'connected') isOffered = true;
    else if (state === 'disconnected') isOffered = false;
    if (isOffered !== before) changed.fire();
  });
  return vscode.Disposable.from(
    changed,
    listener,
    registerModelTool<DiagnosisInput>(modelTools.diagnose, {
      progress: () => l10n.t('Diagnosing the MLflow connection'),
      question: ({ askServer }) =>
        askServer === true
          ? {
              title: l10n.t('Ask the tracking server whether it accepts the credential?'),
              message: l10n.t('If it does not, the secret store is asked for a newer one.'),
            }
          : undefined,
      run: async ({ askServer }) => {
        try {
          return await diagnose({ askServer: askServer === true });
        } catch (error) {
          return inOneText(asProblem(error, 'settings.unexpected', 'afterFix'));
        }
      },
    }),
    vscode.lm.registerMcpServerDefinitionProvider(mcpServerProvider, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: async () =>
        isOffered ? [(await mcpServer()).offeredServer(connection.version)] : [],
      resolveMcpServerDefinition: async () =>
        (await mcpServer()).startableServer({
          version: connection.version,
          isConnected: connection.state === 'connected',
          variables: variables(),
        }),
    }),
  );
}
