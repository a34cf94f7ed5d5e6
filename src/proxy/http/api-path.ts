/** Where programs ask, rather than browsers for a page; below the base path. */
const apiPath = /^\/(?:ajax-api|api|v1|mlflow-artifacts)(?:[/?]|$)/;

/** Whether a target is of one of the tracking server's APIs, all of which need a credential. */
export function isApiTarget(target: string, basePath: string): boolean {
  return apiPath.test(target.slice(basePath.length));
}
