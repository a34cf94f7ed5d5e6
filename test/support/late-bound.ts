/**
 * Stands for an object that a hook makes later, and may make again for each test: whoever holds it always reaches the
 * current one. `undefined` from `current` means that it is used outside of a test.
 */
export function lateBound<T extends object>(name: string, current: () => T | undefined): T {
  const target = (): T => {
    const value = current();
    if (value === undefined)
      throw new Error(`The ${name} is there while a test runs, not before or after it.`);
    return value;
  };
  const handler: ProxyHandler<T> = {
    get: (_, key) => {
      const value: unknown = Reflect.get(target(), key);
      // Called on this stand-in, a method would not find its object's private fields.
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target()) : value;
    },
    set: (_, key, value) => Reflect.set(target(), key, value),
  };
  return new Proxy(Object.create(null) as T, handler);
}
