/**
 * `process.env`, changed for a while and then put back as it was. Only for code of others that reads it by itself, as the
 * SDKs' credential chains do, and for what they start, which inherits it; our own code takes the environment it is given.
 */
export class ScopedEnvironment {
  readonly #saved = { ...process.env };

  /** Without the variables whose names match, so that nothing of this machine's own is found. */
  constructor(hidden: RegExp) {
    for (const name of Object.keys(process.env))
      if (hidden.test(name)) Reflect.deleteProperty(process.env, name);
  }

  /** `undefined` unsets a variable. */
  set(variables: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(variables)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }

  restore(): void {
    for (const name of Object.keys(process.env)) if (!(name in this.#saved)) this.set({ [name]: undefined });
    this.set(this.#saved);
  }
}
