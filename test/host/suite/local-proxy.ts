import { setTimeout as sleep } from 'node:timers/promises';

/** What this window's Python would find. */
export function localEnvironment(): { readonly uri: string; readonly token: string } | undefined {
  const { MLFLOW_TRACKING_URI: uri, MLFLOW_TRACKING_TOKEN: token } = process.env;
  return uri === undefined || token === undefined ? undefined : { uri, token };
}

/** Calls MLflow's API as a client does, through the local proxy. */
export async function callMlflow(
  path: string,
  token?: string,
  local = localEnvironment(),
): Promise<{ status: number; text: string }> {
  if (local === undefined) throw new Error('there is no local address');
  const headers = { authorization: `Bearer ${token ?? local.token}`, 'content-type': 'application/json' };
  const response = await fetch(local.uri + path, { method: 'POST', headers, body: '{"max_results": 1}' });
  return { status: response.status, text: await response.text() };
}

export const search = '/api/2.0/mlflow/experiments/search';

/** As a program that was started before the connection ended, until somebody listens again. */
export async function untilAnswered(
  local: ReturnType<typeof localEnvironment>,
): Promise<{ status: number; text: string }> {
  let answer: { status: number; text: string } | undefined;
  await until(async () => {
    answer = await callMlflow(search, undefined, local).catch(() => undefined);
    return answer !== undefined;
  });
  if (answer === undefined) throw new Error('nobody answered');
  return answer;
}

export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come about within a minute');
    await sleep(100);
  }
}
