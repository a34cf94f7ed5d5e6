/** What only a connection needs: a bundle of its own, which is loaded when the first one is made. */
export { MemoryText } from './memory-text.ts';
export { openResolver } from './open-resolver.ts';
export { parseSecret } from './parse-secret.ts';
