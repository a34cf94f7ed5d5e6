import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { completedUri, parseTrackingUri } from '../configuration/tracking-uri.ts';
import type { Environment } from '../environment.ts';
import { inheritedServer } from '../python/environment.ts';
import { mentionsIn } from '../python/mlflow-mentions.ts';
import { namesIn, readSmallFile, unlessUnread } from '../read-small-file.ts';
import { section } from '../settings/manifest.ts';
import { folderSettings } from './folder-settings.ts';

/** What the project of this window has to do with MLflow. */
export interface ProjectFindings {
  readonly usesMlflow: boolean;
  /** Tracking servers that its code and its files of variables name; those of open editors come first. */
  readonly servers: readonly FoundServer[];
}

export interface FoundServer {
  readonly uri: string;
  /** The name of the file, for people. */
  readonly from: string;
}

/** What a person writes is smaller. */
const maxFileBytes = 500_000;
/** Of a folder; a project has its main files there. */
const maxFiles = 50;
const telling =
  /\.(?:py|ipynb)$|^(?:\.env|MLproject|pyproject\.toml|requirements[\w.-]*\.txt|environment\.ya?ml)$/;

/** Looks into open editors and the files at the top of each folder. Nothing leaves this machine. */
export async function findInProject(): Promise<ProjectFindings> {
  const texts = [...openTexts()];
  let isSetUp = false;
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme !== 'file') continue;
    texts.push(...(await textsIn(uri.fsPath)));
    // The editor tells nothing of those of a folder that is not trusted, nor of those of one folder of several.
    const settings = await folderSettings(uri);
    // Names with dots in them, or one object.
    if (settings?.includes(`"${section}`) === true) isSetUp = true;
  }
  const found = texts.map(({ from, text }) => ({ from, ...mentionsIn(text) }));
  const servers = found.flatMap(({ from, trackingUris }) => trackingUris.map((uri) => ({ uri, from })));
  return { usesMlflow: isSetUp || found.some(({ isUsed }) => isUsed), servers };
}

/** The tracking server that the code names, or else the environment. */
export async function suggestedServer(environment: Environment): Promise<FoundServer | undefined> {
  const name = 'MLFLOW_TRACKING_URI';
  // An editor that was started from a connected terminal has the local address of another window there.
  const named = inheritedServer(environment) ?? environment[name] ?? '';
  const candidates = [...(await findInProject()).servers, { uri: named, from: name }];
  return candidates.find(({ uri }) => parseTrackingUri(completedUri(uri)).kind === 'ok');
}

/** Whether a file that was just opened does. */
export function usesMlflow(document: vscode.TextDocument): boolean {
  return isTelling(document) && mentionsIn(document.getText().slice(0, maxFileBytes)).isUsed;
}

interface NamedText {
  readonly from: string;
  readonly text: string;
}

function openTexts(): readonly NamedText[] {
  return vscode.workspace.textDocuments.filter(isTelling).map((document) => ({
    from: basename(document.uri.path),
    text: document.getText().slice(0, maxFileBytes),
  }));
}

/** A cell of a notebook is a document of its own. */
function isTelling({ uri, languageId }: vscode.TextDocument): boolean {
  return languageId === 'python' || (uri.scheme === 'file' && telling.test(basename(uri.path)));
}

async function textsIn(folder: string): Promise<readonly NamedText[]> {
  const names = (await unlessUnread(namesIn(folder))) ?? [];
  const texts: NamedText[] = [];
  for (const name of names.filter((one) => telling.test(one)).slice(0, maxFiles)) {
    const text = await unlessUnread(readSmallFile(join(folder, name), maxFileBytes));
    if (text !== undefined) texts.push({ from: name, text });
  }
  return texts;
}
