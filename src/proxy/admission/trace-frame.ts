import { fieldValue } from '../http/header-fields.ts';
import { isForwarding } from '../http/header-names.ts';
import type { RequestFields, RequestLine } from '../http/request-head.ts';
import type { GuardOptions } from './guard.ts';
import { traceRenderer } from './page-visit.ts';

/**
 * The frame by which a notebook shows traces, signed in. Its address has a key in it, which the interception package makes
 * of the session token (`trace_frames.py` of the interception package) and which opens the traces that the same
 * address names, to read, and the files that show them.
 */
interface FramePage {
  /** At the tracking server. */
  readonly target: string;
  readonly upstreamId: string;
  /** Shown by the editor itself, and not by some page in a browser. */
  readonly isOfEditor: boolean;
}

const address = /^\/\.mlflow-secrets-auth\/trace\/([\w-]{43})\.([\w-]*)(\/[^#]*)$/;
const page = `${traceRenderer}index.html?`;
/** The editor's own windows; a web page can choose neither its name nor how a frame is asked for. */
const editor = / Electron\/\d/;

/** What somebody opens is the page of a frame with a good key. */
export function framePage(
  line: RequestLine,
  asked: RequestFields,
  { port, token }: Pick<GuardOptions, 'port' | 'token'>,
): FramePage | undefined {
  const [, key = '', upstreamId = '', target = ''] = address.exec(line.target) ?? [];
  if (!target.startsWith(page) || !token.isFrameKey(key, port, upstreamId)) return undefined;
  const isFrame = fieldValue(asked, 'sec-fetch-dest') === 'iframe';
  return { target, upstreamId, isOfEditor: isFrame && editor.test(fieldValue(asked, 'user-agent') ?? '') };
}

/**
 * The tracking server of the frame whose page loads this: browsers name it in `Referer`, and with its path to its own origin
 * only. `undefined`: it is of no frame, or not what one may load.
 */
export function frameOf(
  { method, target }: RequestLine,
  { host, fields }: RequestFields,
  { port, token }: Pick<GuardOptions, 'port' | 'token'>,
): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const all = (name: string): readonly string[] =>
    fields.filter((field) => field.name === name).map(({ value }) => value);
  if (all('authorization').length > 0 || fields.some(({ name }) => isForwarding(name))) return undefined;
  const [referrer = '', ...others] = all('referer');
  const origin = `http://${host}`;
  if (others.length > 0 || !referrer.startsWith(`${origin}/`)) return undefined;
  const isLoaded =
    all('sec-fetch-site').join() === 'same-origin' &&
    !['navigate', ''].includes(all('sec-fetch-mode').join()) &&
    all('sec-fetch-dest').join() !== 'serviceworker';
  if (!isLoaded) return undefined;
  const [, key = '', upstreamId = '', framed = ''] = address.exec(referrer.slice(origin.length)) ?? [];
  if (!framed.startsWith(page) || !token.isFrameKey(key, port, upstreamId)) return undefined;
  const traces = new URLSearchParams(framed.slice(page.length)).getAll('trace_id');
  return opens(target, traces) ? upstreamId : undefined;
}

const file = /^\/static-files\/[\w./-]+(?:\?|$)/;
const artifact = /^\/ajax-api\/[\d.]+\/mlflow\/get-trace-artifact\?(.*)$/;
const trace = /^\/ajax-api\/[\d.]+\/mlflow\/traces\/([\w-]+)(?:\/info)?(?:\?|$)/;

/** What MLflow's renderer reads (mlflow/server/js: `ModelTraceExplorerOSSNotebookRenderer`). */
function opens(target: string, traces: readonly string[]): boolean {
  if (file.test(target)) return !target.includes('..');
  const query = artifact.exec(target)?.[1];
  if (query === undefined) return traces.includes(trace.exec(target)?.[1] ?? '');
  const values = new URLSearchParams(query);
  const named = [...values.getAll('request_id'), ...values.getAll('trace_id')];
  return named.length > 0 && named.every((name) => traces.includes(name));
}
