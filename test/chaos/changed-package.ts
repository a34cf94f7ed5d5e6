import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { tools } from '../support/setup/parts.mjs';

export interface PackageChanges {
  readonly version?: string;
  /** What each of its bundles runs first. */
  readonly prelude?: string;
}

const program = `
import json, re, sys, zipfile
source, target, changes = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
version = changes.get("version", "").encode()
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
    for entry in old.infolist():
        data = old.read(entry)
        if version and entry.filename == "extension/package.json":
            data = re.sub(rb'"version": *"[^"]*"', b'"version": "' + version + b'"', data, count=1)
        if version and entry.filename == "extension.vsixmanifest":
            data = re.sub(rb'(<Identity [^>]*Version=)"[^"]*"', rb'\\1"' + version + b'"', data)
        if re.fullmatch(r"extension/dist/.*[.]cjs", entry.filename):
            data = changes.get("prelude", "").encode() + data
        new.writestr(entry, data)
`;

/** The same extension, changed; resolves to `target`. */
export async function changedPackage(vsix: string, target: string, changes: PackageChanges): Promise<string> {
  const args = ['-c', program, vsix, target, JSON.stringify(changes)];
  await promisify(execFile)(tools.python('mlflow'), args);
  return target;
}
