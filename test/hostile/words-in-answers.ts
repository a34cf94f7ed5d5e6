import { json, redirect } from './recording-server.ts';

/** What a server of the attacker says next, as a Vault, as AWS or as MLflow, and in which part of its answer. */
export interface Saying {
  readonly shape: AnswerShape;
  readonly text: string;
}

export const answerShapes = ['errors', 'mount', 'redirect', 'noJson', 'fields', 'lease'] as const;
export type AnswerShape = (typeof answerShapes)[number] | 'version';

const mount = { path: 'secret/', type: 'kv', options: { version: '2' } };

/** Answers any request with these words where they can stand. */
export function sayingAnswer(firstLine: string, { shape, text }: Saying): string {
  const path = firstLine.split(' ')[1] ?? '';
  const isMount = path.startsWith('/v1/sys/');
  switch (shape) {
    case 'errors':
      return json({ errors: [text], warnings: [text], __type: text, message: text }, '400 Bad Request');
    case 'mount':
      return json({ data: { path: text, type: text, options: { version: '2' } } });
    case 'redirect':
      return redirect(`https://hostile.example/${encodeURIComponent(text.slice(0, 2000).toWellFormed())}`);
    case 'noJson':
      return `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${text}`;
    case 'fields':
      return json({ data: isMount ? mount : { data: { [text]: text }, metadata: { version: text } } });
    case 'lease':
      return json({ data: isMount ? mount : { ttl: text, policies: [text], data: { token: [text] } } });
    case 'version':
      if (path.startsWith('/api/')) return json({ user: { username: text }, experiments: [] });
      return json({ Name: text, ARN: text, SecretString: 'canary-hostile-read', VersionId: text });
  }
}
