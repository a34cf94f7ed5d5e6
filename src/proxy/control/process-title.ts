/** What `ps` shows of a proxy in a process of its own, with the port behind it at which it listens. */
// eslint-disable-next-line house/sentences -- a name, for every language.
export const processTitle = 'mlflow-secrets-auth proxy';
