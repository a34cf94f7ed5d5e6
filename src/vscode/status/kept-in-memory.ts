import { showMessage } from '../sinks/messages.ts';
import { keptInMemoryNotice } from './kept-in-memory-notice.ts';

export function showKeptInMemory(log: (line: string) => void): void {
  const notice = keptInMemoryNotice();
  log(notice.join(' '));
  void showMessage('warning', notice);
}
