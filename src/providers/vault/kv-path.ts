/** Where in Vault a configured path may be. */
import { withoutOuterSlashes } from '../path-value.ts';

/** A path with its mount and the version of the engine that is mounted there. */
export interface KvPath {
  readonly mount: string;
  /** Below the mount, without `data/`. */
  readonly rest: string;
  readonly engine: 'v1' | 'v2';
  /** Whether the mount is a guess of ours. */
  readonly isGuess?: true;
}

/** The path as the HTTP API takes it, below `/v1/`. */
export function apiPath({ mount, rest, engine }: KvPath): string {
  return engine === 'v2' ? `${mount}/data/${rest}` : `${mount}/${rest}`;
}

/** `secret/data/mlflow` is how the HTTP API and the Python plugin name `secret/mlflow`; a name may also begin so. */
export function versionTwo(mount: string, rest: string): readonly KvPath[] {
  const plain: KvPath = { mount, rest, engine: 'v2' };
  return rest.startsWith('data/') ? [{ ...plain, rest: rest.slice('data/'.length) }, plain] : [plain];
}

export function versionOne(mount: string, rest: string): KvPath {
  return { mount, rest, engine: 'v1' };
}

/** Every meaning that the path may have, the shortest mount first; for version 1 the mount makes no difference. */
export function possiblePaths(path: string): readonly KvPath[] {
  const parts = path.split('/');
  const splits = parts.slice(1).flatMap((_part, index) => {
    const mount = parts.slice(0, index + 1).join('/');
    return versionTwo(mount, parts.slice(index + 1).join('/'));
  });
  const [first = '', ...others] = parts;
  const paths = [...splits, versionOne(first, others.join('/'))];
  return parts.length > 2 ? paths.map((one) => ({ ...one, isGuess: true })) : paths;
}

/** The path without the mount, if it begins with it. */
export function belowMount(path: string, mount: string): string {
  return path === mount || path.startsWith(`${mount}/`) ? path.slice(mount.length + 1) : path;
}

/** Without spaces, and without one slash, around it. */
export function trimmed(path: string): string {
  return withoutOuterSlashes(path.trim());
}

/** Below `/v1/`, where a sign-in method is mounted. */
export function authPath(mount: string, path: string): string {
  return `auth/${encoded(trimmed(mount))}/${path}`;
}

/** Each part of the path percent-encoded. */
export function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
