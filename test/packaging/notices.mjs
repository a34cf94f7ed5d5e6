import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes the licences of every package whose code is in the bundles. Fails on one without a licence text or name. */
export async function writeNotices(metafile, file) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(?<folder>.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match.groups.folder);
  }
  const notices = await Promise.all([...folders].sort().map(notice));
  const unique = [...new Map(notices.map((entry) => [entry.title, entry])).values()];
  const intro =
    'This extension contains code of the following packages. Each is listed with its version and licence.\n';
  const texts = unique.map(({ title, text }) => `${'-'.repeat(80)}\n${title}\n\n${text}\n`);
  await writeFile(file, [intro, ...texts].join('\n'));
  return unique.length;
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const licenceFile = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (licenceFile === undefined && typeof license !== 'string') {
    throw new Error(`${name}@${version} names no licence; it cannot be shipped`);
  }
  const text =
    licenceFile === undefined
      ? `Licensed under ${license}.`
      : (await readFile(join(folder, licenceFile), 'utf8')).replaceAll('\r\n', '\n').trim();
  return { title: `${name} ${version} (${license ?? 'see below'})`, text };
}
