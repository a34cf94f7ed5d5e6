import assert from 'node:assert/strict';
import { webAddress } from '../../../../src/vscode/sinks/web-address.ts';
import { hostileTexts } from '../../../hostile/corpus.ts';

describe('An address for the browser', () => {
  it('is one of the web', () => {
    assert.equal(webAddress('https://login.company.com/auth?state=x')?.host, 'login.company.com');
    assert.equal(webAddress('http://localhost:8080/auth')?.host, 'localhost:8080');
  });

  it('is no command, file, script or program, and names no user before the host', () => {
    for (const text of [
      'command:workbench.action.terminal.new',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'vscode://publisher.extension/path',
      'ms-settings:',
      'https://company.com@hostile.example/auth',
      'https://company.com:x@hostile.example/auth',
      ...Object.values(hostileTexts),
    ]) {
      const url = webAddress(text);
      assert.ok(url === undefined, text.slice(0, 100));
    }
  });

  it('is written as the browser reads it', () => {
    assert.equal(
      webAddress('https://company.com\\@hostile.example')?.href,
      'https://company.com/@hostile.example',
    );
  });
});
