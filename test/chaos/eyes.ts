import { setTimeout as sleep } from 'node:timers/promises';
import type { Workbench } from '../support/workbench/workbench.ts';

const pauseMs = 200;
/** For a window that is there to show it, on a busy machine. */
const glanceMs = 1000;

export interface StatusWatch {
  readonly seen: readonly string[];
  stop(): void;
}

/** What the status bar says of MLflow, as a person sees it. */
async function statusIn({ page }: Workbench): Promise<string> {
  const item = page.locator('.statusbar-item').filter({ hasText: 'MLflow:' }).first();
  try {
    const text = await item.innerText({ timeout: glanceMs });
    return text.replace(/^.*MLflow:\s*/su, '').trim();
  } catch {
    // The window is loading, or there is none.
    return '–';
  }
}

/** Looks again and again, at the window that is open then; keeps what is new. */
export function watchStatus(workbench: () => Workbench): StatusWatch {
  const seen: string[] = [];
  const stopped = { isSo: false };
  const watch = async (): Promise<void> => {
    while (!stopped.isSo) {
      const status = await statusIn(workbench());
      if (seen.at(-1) !== status) seen.push(status);
      await sleep(pauseMs);
    }
  };
  void watch();
  return {
    seen,
    stop: () => {
      stopped.isSo = true;
    },
  };
}
