/** The tracking server for uploads, as a process: reads a body to its end on raw sockets, as fast as Node can, and answers its length. */
import { createServer, type Socket } from 'node:net';

const answerHead = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ';
const authorization = process.argv[2] ?? '';

function serve(socket: Socket): void {
  let head = '';
  let length = -1;
  let received = 0;
  let authorized = false;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    let body = bytes.length;
    if (length < 0) {
      head += bytes.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      authorized = /^authorization: *(.*)\r$/im.exec(head)?.[1] === authorization;
      body = head.length - end - 4;
    }
    received += body;
    if (received < length) return;
    const text = JSON.stringify({ received: authorized ? received : 'unauthorized' });
    socket.write(`${answerHead}${text.length}\r\n\r\n${text}`);
    head = '';
    length = -1;
    received = 0;
  });
}

const server = createServer(serve).listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.(address.port);
});
process.on('disconnect', () => process.exit(0));
