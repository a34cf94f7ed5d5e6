import * as vscode from 'vscode';
import { webAddress } from './web-address.ts';

/** Opens an address in the browser, which the editor asks about with the host in it; resolves to whether it did. */
export async function openInBrowser(text: string): Promise<boolean> {
  const url = webAddress(text);
  return url !== undefined && vscode.env.openExternal(vscode.Uri.parse(url.href, true));
}
