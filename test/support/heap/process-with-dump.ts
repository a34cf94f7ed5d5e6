/** The process of the proxy, whose memory can be searched: it is written with SIGUSR2. */
import { mkdir, rename } from 'node:fs/promises';
import '../../../src/process.ts';
import { dump } from './dump.ts';
import { dumpFolderOf } from './dump-folder.ts';

process.on('SIGUSR2', () => {
  const folder = dumpFolderOf(process.pid);
  const write = async (): Promise<void> => {
    await mkdir(`${folder}.part`);
    await dump(`${folder}.part`, new Set());
    await rename(`${folder}.part`, folder);
  };
  void write();
});
