/** Whether MLflow itself can have said it: its codes are words (mlflow/protos/databricks.proto), others write "403" there. */
export function isCodeOfMlflow(code: unknown): code is string {
  return typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code) && !isAboutCredential(code);
}

export function isAboutCredential(code: unknown): boolean {
  return typeof code === 'string' && /UNAUTH|TOKEN|CREDENTIAL/.test(code);
}

/** Of mlflow-oidc-auth, whose own APIs respond as FastAPI does (mlflow_oidc_auth/dependencies.py). */
export const deniedByPlugin =
  /^(?:Permission denied|Insufficient permissions\b|Administrator privileges required\b)/;
