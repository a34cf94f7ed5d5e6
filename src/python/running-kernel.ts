import type { EnvironmentChange } from './environment.ts';

/**
 * Python code that makes the changes in a process that already runs, for the Jupyter API's `executeCode`. It can be
 * run again, leaves no name behind and prints nothing. The session token is in it: never log it.
 *
 * The folder goes to the end of `sys.path`, where it can hide nothing. MLflow reads its plugins once, so a registry
 * that is already loaded gets the provider from here.
 */
export function runningKernelCode(changes: readonly EnvironmentChange[]): string {
  // A JSON string is a Python string, too.
  return template.replace('CHANGES', () => JSON.stringify(JSON.stringify(changes)));
}

// eslint-disable-next-line house/sentences -- Python, which has no language of its user.
const template = `
def _mlflow_secrets_auth():
    import json, os, sys

    for change in json.loads(CHANGES):
        name, value = change["name"], change["value"]
        if change["action"] == "prepend":
            separator, current = change["separator"], os.environ.get(name)
            present = current.split(separator) if current else []
            missing = [element for element in value.split(separator) if element not in present]
            value = separator.join(missing + present)
            if name == "PYTHONPATH":
                sys.path += [element for element in missing if element not in sys.path]
        os.environ[name] = value
    registry = sys.modules.get("mlflow.tracking.request_auth.registry")
    providers = getattr(registry, "_request_auth_provider_registry", None)
    name = os.environ.get("MLFLOW_TRACKING_AUTH")
    if providers is not None and name and name not in [provider.get_name() for provider in providers]:
        from mlflow_secrets_auth_vscode import LocalProxyAuthProvider

        providers.register(LocalProxyAuthProvider)


_mlflow_secrets_auth()
del _mlflow_secrets_auth
`;
