import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { networkErrorKind } from '../../network/error-kind.ts';

const timeoutMs = 3000;

/** Whether the server behind an http address expects TLS: it closes a connection without it, mostly without a word. */
export async function speaksTls(address: string, signal: AbortSignal): Promise<boolean> {
  const { hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    ...{ host, port: Number(port || 80), timeout: timeoutMs },
    ...(isIP(host) === 0 && { servername: host }),
  });
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('secureConnect', () => resolve(true));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(isOfHandshake(error.code ?? '')));
      socket.once('timeout', stop);
      socket.once('close', () => resolve(false));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Of a certificate, or an alert that the server sent: whoever does not speak TLS has neither. */
function isOfHandshake(code: string): boolean {
  return (networkErrorKind(code) ?? '').toLowerCase().includes('certificate') || code.includes('_ALERT_');
}
