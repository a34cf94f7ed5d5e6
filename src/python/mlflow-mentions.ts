/** What a file of a project says of MLflow. */
export interface MlflowMentions {
  readonly isUsed: boolean;
  /** Addresses of tracking servers, as written, in their order. */
  readonly trackingUris: readonly string[];
}

/** In a script, or behind a quotation mark in a cell of a notebook. */
const imported =
  /(?:^|["\n;])[ \t]*(?:from[ \t]+mlflow\b|import[ \t]+(?:[\w.]+[ \t]*(?:as[ \t]+\w+[ \t]*)?,[ \t]*)*mlflow\b)/m;

/** Among requirements, a line or a quoted text each, or the dependencies of conda. */
const required = /(?:^|["'])[ \t]*(?:-[ \t]+)?mlflow(?:-skinny)?[ \t]*(?:["'=<>~![;@#]|\r?$)/m;

/** In code, where quotation marks of a notebook have a backslash before them, and in files of variables. */
const address =
  /(?:set_tracking_uri\(\s*|\bMLFLOW_TRACKING_URI\b\\?["']?\]?\s*[=:,]\s*)(?:\\?["'])?(https?:\/\/[^\s"'\\)]{1,500})/g;

export function mentionsIn(text: string): MlflowMentions {
  const trackingUris = [...text.matchAll(address)].flatMap(([, uri]) => (uri === undefined ? [] : [uri]));
  return {
    isUsed: trackingUris.length > 0 || imported.test(text) || required.test(text),
    trackingUris: [...new Set(trackingUris)],
  };
}

const experiment = /\bset_experiment\(\s*(?:experiment_name\s*=\s*)?(["'])([^"'\\\n]{1,500})\1/g;

/** The experiment that code logs to, where it names one: the last that it sets. */
export function experimentIn(code: string): string | undefined {
  return [...code.matchAll(experiment)].at(-1)?.[2];
}
