/** What a file of a project says of MLflow. */
export interface MlflowMentions {
  readonly isUsed: boolean;
  /** Addresses of tracking servers, as written, in their order. */
  readonly trackingUris: readonly string[];
}

/** An import in a script or, behind a quotation mark, in a cell of a notebook; or the package among requirements. */
const use =
  /(?:^|["\n])[ \t]*(?:(?:import|from)[ \t]+mlflow\b|mlflow(?:-skinny)?[ \t]*(?:[=<>~![;]|\r?$)|-[ \t]+mlflow\b|["']mlflow\b)/m;

/** In code, where quotation marks of a notebook have a backslash before them, and in files of variables. */
const address =
  /(?:set_tracking_uri\(\s*|\bMLFLOW_TRACKING_URI\b\\?["']?\]?\s*[=:,]\s*)(?:\\?["'])?(https?:\/\/[^\s"'\\)]{1,500})/g;

export function mentionsIn(text: string): MlflowMentions {
  const trackingUris = [...text.matchAll(address)].flatMap(([, uri]) => (uri === undefined ? [] : [uri]));
  return { isUsed: trackingUris.length > 0 || use.test(text), trackingUris: [...new Set(trackingUris)] };
}
