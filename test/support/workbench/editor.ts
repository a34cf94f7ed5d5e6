import { openBrowser } from './browser.ts';
import { openDesktop } from './desktop.ts';
import type { EditorOptions, OpenEditor } from './editor-options.ts';
import { installExtensions, startEditorServer } from './editor-server.ts';
import { chooseHost } from './host-kind.ts';
import { Workbench } from './workbench.ts';

/** Opens a real VS Code window on a folder, with these extensions installed. */
export async function openEditor(options: EditorOptions): Promise<OpenEditor> {
  return (await chooseHost()) === 'desktop' ? openDesktop(options) : openServer(options);
}

async function openServer(options: EditorOptions): Promise<OpenEditor> {
  const { folder, project, vsixFiles } = options;
  await installExtensions(folder, vsixFiles);
  const server = await startEditorServer(options);
  try {
    const address = `${server.origin}/?folder=${encodeURIComponent(project)}`;
    const browser = await openBrowser(folder, address, options);
    const workbench = new Workbench(browser.page);
    await workbench.waitUntilReady();
    const stop = async (): Promise<void> => {
      await browser.close();
      await server.stop();
    };
    return { kind: 'server', workbench, address, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
