/** Where programs ask, rather than browsers for a page; below the base path. */
const apiPath = /^\/(?:ajax-api|api|v1|mlflow-artifacts)(?:[/?]|$)/;
/** MLflow answers this to anybody (mlflow/server/auth/__init__.py, `_PUBLIC_ROUTE_SUFFIXES`). */
const publicPath = /^[^?]*\/mlflow\/server-info(?:[/?]|$)/;
/** Where files are fetched that may be web pages themselves. */
const filePath = /^[^?]*artifact/;

/** Whether a target is of one of the tracking server's APIs. */
export function isApiTarget(target: string, basePath: string): boolean {
  return apiPath.test(target.slice(basePath.length));
}

/** Whether such a target needs no credential, so that a response says nothing about one. */
export function isPublicTarget(target: string): boolean {
  return publicPath.test(target);
}

export function isFileTarget(target: string): boolean {
  return filePath.test(target);
}
