import { request } from 'node:http';
import * as vscode from 'vscode';
import { ownResponse, parseOwnMessage } from '../../proxy/own-response.ts';

const { l10n } = vscode;

/** Milliseconds. */
const probeTimeoutMs = 10_000;

export interface LocalAnswer {
  readonly status: number;
  readonly text: string;
}

/** A GET with the session token, as Python would ask. What goes wrong on the way is an answer, too. */
export async function probeLocalProxy(
  port: number,
  path: string,
  sessionToken: string,
): Promise<LocalAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${sessionToken}` };
    const sent = request(
      { host: '127.0.0.1', port, path, headers, timeout: probeTimeoutMs, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= 65_536) chunks.push(chunk);
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
        response.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('time-out')));
    sent.on('error', () =>
      resolve({
        status: 0,
        text: JSON.stringify(ownResponse(0, 'INTERNAL_ERROR', l10n.t('The local proxy did not respond.'))),
      }),
    );
    sent.end();
  });
}

/** The proxy's own errors say what is wrong; a server's page does not. */
export function ownMessage(text: string): string | undefined {
  try {
    const parsed = JSON.parse(text) as { message?: unknown } | null;
    const message = parsed?.message;
    return typeof message === 'string' ? parseOwnMessage(message) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
