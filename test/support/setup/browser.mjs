import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const applications = ['Google Chrome', 'Chromium', 'Microsoft Edge'];

/** A browser of Chromium's family: the one that `CHROMIUM` names, or one that is installed; undefined if none is. */
export function findBrowser(environment = process.env) {
  if (environment.CHROMIUM) return environment.CHROMIUM;
  const folders = ['/usr/bin', ...(environment.PATH ?? '').split(delimiter)];
  const places = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...applications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  ];
  return places.find((place) => existsSync(place));
}
