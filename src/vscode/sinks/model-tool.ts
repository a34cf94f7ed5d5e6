import * as vscode from 'vscode';
import { inertLine } from '../../inert.ts';

/** What VS Code shows of a tool before it runs. */
const maxShownLength = 200;

export interface ModelTool<Input extends object> {
  /** Shown while it runs. */
  readonly progress: () => string;
  /** What the user has to allow first; `undefined`: nothing. */
  readonly question: (
    input: Partial<Input>,
  ) => { readonly title: string; readonly message: string } | undefined;
  /** What the model is told. Words of others have to be inert in it. */
  readonly run: (input: Partial<Input>) => Promise<string>;
}

/** Registers a tool of the manifest for language models, which may leave out any part of the input. */
export function registerModelTool<Input extends object>(
  name: string,
  { progress, question, run }: ModelTool<Input>,
): vscode.Disposable {
  return vscode.lm.registerTool<Partial<Input>>(name, {
    prepareInvocation: ({ input }) => {
      const asked = question(input);
      return {
        invocationMessage: inertLine(progress(), maxShownLength),
        ...(asked && {
          confirmationMessages: {
            title: inertLine(asked.title, maxShownLength),
            message: inertLine(asked.message, maxShownLength),
          },
        }),
      };
    },
    invoke: async ({ input }) =>
      new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(await run(input))]),
  });
}
