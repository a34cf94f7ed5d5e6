import assert from 'node:assert/strict';
import { browserHostOf } from '../../../../src/vscode/links/browser-host.ts';

const at = (authority: string, path = '/', scheme = 'http') => ({ scheme, authority, path });
const desktop = { isWeb: false, remoteName: undefined };

describe('The name by which a browser knows the local proxy', () => {
  it('is its address, also where the window forwards the port to another one', () => {
    for (const authority of ['127.0.0.1:40123', 'localhost:40124']) {
      assert.equal(browserHostOf(at(authority), desktop), authority);
      assert.equal(browserHostOf(at(authority), { isWeb: false, remoteName: 'ssh-remote' }), authority);
    }
  });

  it('is its address in a workbench that this machine shows', () => {
    for (const remoteName of ['localhost:8000', '127.0.0.1:8000']) {
      assert.equal(browserHostOf(at('127.0.0.1:40123'), { isWeb: true, remoteName }), '127.0.0.1:40123');
    }
  });

  it('is none in a workbench elsewhere, where the address means another machine', () => {
    for (const remoteName of ['code.company.example', 'localhost.evil.example:80', undefined]) {
      assert.equal(browserHostOf(at('127.0.0.1:40123'), { isWeb: true, remoteName }), undefined);
    }
  });

  it('is none where a server passes requests on', () => {
    for (const address of [
      at('40123-x.app.github.dev', '/', 'https'),
      at('127.0.0.1:8080', '/proxy/40123/'),
      at('127.0.0.1:40123', '/', 'https'),
      at('127.0.0.1'),
      at('127.0.0.1:40123.evil.example'),
    ]) {
      assert.equal(browserHostOf(address, desktop), undefined, address.authority);
    }
  });
});
