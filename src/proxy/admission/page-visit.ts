import { fieldValue } from '../http/header-fields.ts';
import { isForwarding } from '../http/header-names.ts';
import type { RequestFields, RequestLine } from '../http/request-head.ts';

/** What MLflow has notebooks show a trace with (mlflow/tracing/display/display_handler.py). */
export const traceRenderer = '/static-files/lib/notebook-trace-renderer/';

/**
 * Whether a person opens a page, in a tab or, as MLflow's traces in a notebook, in a frame: a link that MLflow prints names
 * the local proxy. `Host` is the guard's to judge, and comes first there. Browsers set `Sec-Fetch-*` themselves, and no
 * page can (https://www.w3.org/TR/fetch-metadata/).
 */
export function isPageVisit({ method, target }: RequestLine, asked: RequestFields): boolean {
  if (method !== 'GET') return false;
  const isForeign = asked.fields.some(
    ({ name }) => name === 'authorization' || name === 'origin' || isForwarding(name),
  );
  if (isForeign || fieldValue(asked, 'sec-fetch-mode') !== 'navigate') return false;
  const destination = fieldValue(asked, 'sec-fetch-dest');
  return destination === 'document' || (destination === 'iframe' && target.includes(traceRenderer));
}

/**
 * Where the page is at the tracking server; the browser keeps the fragment. Only what MLflow's links and frames name, so that
 * nothing else is known of the server: `undefined`.
 */
export function pageAt(
  target: string,
  { origin, basePath }: { readonly origin: string; readonly basePath: string },
): string | undefined {
  if (target === '/' || target === basePath || target === `${basePath}/`) return `${origin}${basePath}/`;
  return target.startsWith(basePath + traceRenderer) ? origin + target : undefined;
}
