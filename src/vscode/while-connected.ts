/** What only a window needs that was connected: a bundle of its own, which is loaded then. */
export { JupyterKernels } from './jupyter-kernels.ts';
export { KeepQuestion } from './keep-question.ts';
export { terminalLinks } from './links/terminal-links.ts';
