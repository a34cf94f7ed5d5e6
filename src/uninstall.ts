import { endOwnProcesses } from './connection/end-own-processes.ts';

/** VS Code runs it once the extension is gone, with Node.js alone (`vscode:uninstall` in package.json). */
void endOwnProcesses();
