export function exportSentences(): Promise<string>;
export function readBundle(): Promise<string>;
