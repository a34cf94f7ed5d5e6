import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connectionRow, connectionRowsTo, readSocketTable } from '../../../src/network/socket-owner.ts';

const v4 = '0100007F';
const v6 = '0000000000000000FFFF00000100007F';

function row(local: string, remote: string, inode: number): string {
  return `   1: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000 1000 0 ${inode} 1 0 20 4 30 10 -1\n`;
}

describe('The table of sockets', () => {
  it('gives the other ends of all connections to a port as it gives each of them', () => {
    const table = [
      '  sl  local_address rem_address   st\n',
      row(`${v4}:1388`, `${v4}:9C40`, 1),
      row(`${v4}:9C40`, `${v4}:1388`, 2),
      row(`${v4}:9C41`, `${v4}:1389`, 3),
      row(`0200007F:9C42`, `${v4}:1388`, 4),
      row(`${v6}:9C43`, `${v6}:1388`, 5),
      row(`${v4}:1388`, `00000000:0000`, 6),
      row(`${v4}:1388`, `${v4}:1388`, 7),
    ].join('');
    const rows = connectionRowsTo(table, 5000);
    assert.deepEqual(new Set(rows.keys()), new Set([0x1388, 0x9c40, 0x9c43]));
    for (const [port, found] of rows) assert.deepEqual(found, connectionRow(table, port, 5000));
    assert.equal(connectionRowsTo('', 5000).size, 0);
  });

  it('has the connections of this machine, on Linux', async function () {
    if (process.platform !== 'linux') this.skip();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const clients = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'));
    await Promise.all(clients.map(async (client) => once(client, 'connect')));
    try {
      const rows = connectionRowsTo(await readSocketTable('tcp', port), port);
      for (const { localPort = 0 } of clients) assert.equal(rows.get(localPort)?.uid, process.geteuid?.());
    } finally {
      for (const client of clients) client.destroy();
      server.close();
    }
  });
});
