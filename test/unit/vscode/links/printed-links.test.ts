import assert from 'node:assert/strict';
import { printedLinks } from '../../../../src/vscode/links/printed-links.ts';
import type { LinkedServer } from '../../../../src/vscode/links/linked-server.ts';
import { hostileTexts } from '../../../hostile/corpus.ts';

const server: LinkedServer = {
  port: 54_321,
  tracking: { origin: 'https://mlflow.company.com', basePath: '' },
};
const below: LinkedServer = {
  port: 54_321,
  tracking: { origin: 'https://company.com', basePath: '/ml/flow' },
};
const local = 'http://127.0.0.1:54321';

const addresses = (text: string, at = server): readonly string[] =>
  printedLinks(text, at).map(({ address }) => address);

describe('A link that MLflow prints with the address of the local proxy', () => {
  const pages = {
    experiment: '#/experiments/0',
    run: '#/experiments/12/runs/0123456789abcdef0123456789abcdef',
    'run of a workspace': '#/experiments/12/runs/0123456789abcdef?workspace=team%20a',
    'logged model': '#/experiments/12/models/m-0123456789abcdef',
    'registered model': '#/models/fraud%20%2F%20v2/versions/3',
    trace: '#/experiments/12/traces?selectedEvaluationId=tr-0123456789abcdef',
    evaluation: '#/experiments/12/evaluation-runs?selectedRunUuid=0123456789abcdef',
  };
  for (const [name, page] of Object.entries(pages)) {
    it(`leads to the same ${name} at the tracking server`, () => {
      const line = `🏃 View ${name} at: ${local}/${page}`;
      const [link] = printedLinks(line, server);
      assert.ok(link !== undefined);
      assert.equal(link.address, `https://mlflow.company.com/${page}`);
      assert.equal(line.slice(link.start, link.start + link.length), `${local}/${page}`);
      assert.deepEqual(addresses(`${local}/ml/flow/${page}`, below), [`https://company.com/ml/flow/${page}`]);
      assert.equal(new URL(link.address).href, link.address);
    });
  }

  it('is found beside others, in quotes and brackets, and without the end of a sentence', () => {
    const text = `"${local}/#/experiments/1" (${local}/#/models/a), <${local}>. ${local}/#/experiments/2. x\n${local}/`;
    const home = 'https://mlflow.company.com/';
    assert.deepEqual(addresses(text), [
      `${home}#/experiments/1`,
      `${home}#/models/a`,
      home,
      `${home}#/experiments/2`,
      home,
    ]);
    assert.deepEqual(addresses('http://localhost:54321/#/experiments/1'), [`${home}#/experiments/1`]);
  });

  it('is found where code names the tracking server, which may not let a browser in by itself', () => {
    const page = '#/experiments/1/runs/2';
    for (const named of [
      'https://mlflow.company.com',
      'https://mlflow.company.com:443',
      'HTTPS://MLflow.company.com',
    ]) {
      assert.deepEqual(addresses(`at: ${named}/${page}.`), [`https://mlflow.company.com/${page}`]);
    }
    assert.deepEqual(addresses('Logged to https://mlflow.company.com.'), ['https://mlflow.company.com/']);
    assert.deepEqual(addresses(`https://company.com/ml/flow/${page}`, below), [
      `https://company.com/ml/flow/${page}`,
    ]);
    const ipv6 = { ...server, tracking: { origin: 'http://[2001:db8::1]:5000', basePath: '' } };
    assert.deepEqual(addresses(`http://[2001:DB8:0::1]:5000/${page}`, ipv6), [
      `http://[2001:db8::1]:5000/${page}`,
    ]);
    for (const text of [
      'https://company.com/',
      `https://company.com/wiki/${page}`,
      `http://company.com/ml/flow/${page}`,
      `https://company.com:8443/ml/flow/${page}`,
      `https://company.com.hostile.example/ml/flow/${page}`,
      `https://company.com@hostile.example/ml/flow/${page}`,
    ]) {
      assert.deepEqual(addresses(text, below), [], text);
    }
  });

  it('is none of another port, program or place', () => {
    for (const text of [
      'http://127.0.0.1:5432/#/experiments/1',
      'http://127.0.0.1:543210/#/experiments/1',
      'http://127.0.0.1/#/experiments/1',
      'https://127.0.0.1:54321/#/experiments/1',
      'http://127.0.0.2:54321/#/experiments/1',
      'http://127.0.0.1.hostile.example:54321/#/experiments/1',
      'http://127.0.0.1:54321.hostile.example/#/experiments/1',
      'http://127.0.0.1:54321@hostile.example/#/experiments/1',
      'http://user@127.0.0.1:54321/#/experiments/1',
      'http://127.0.0.1:54321\\@hostile.example/#/experiments/1',
      'https://hostile.example/?to=http://127.0.0.1:54321/#/experiments/1',
      'https://hostile.example/http://127.0.0.1:54321/#/experiments/1',
      `${local}//hostile.example/#/experiments/1`,
      `${local}/../#/experiments/1`,
      `${local}/api/2.0/mlflow/runs/search`,
      `${local}/get-artifact?path=a&run_uuid=b`,
      `${local}/?to=//hostile.example#/experiments/1`,
      `${local}/#//\u202Ehostile.example`,
      `${local}/#/experiments/\u00e9`,
      `${local}/#javascript:alert(1)`,
      `${local}/#/${'a'.repeat(5000)}`,
    ]) {
      assert.deepEqual(addresses(text), [], text.slice(0, 100));
    }
    assert.deepEqual(addresses(`${local}/#/experiments/1`, below), []);
    assert.deepEqual(addresses(`${local}/ml/flowers/#/experiments/1`, below), []);
  });

  it('leads nowhere but to the tracking server, whatever is around or in it', () => {
    const odd = [
      ...Object.values(hostileTexts),
      '//hostile.example',
      '@hostile.example',
      '\\\\hostile.example',
      '?',
      '#',
      '%2e%2e/',
      '/..',
      '\u0000',
      '\u001b]8;;https://hostile.example\u0007',
    ];
    let found = 0;
    for (const text of odd) {
      for (const line of [
        `${text}${local}/#/experiments/1`,
        `${text} ${local}/#/experiments/1`,
        `${local}${text}`,
        `${local}/${text}`,
        `${local}/#/${text}`,
        `${local}/#/experiments/1${text}`,
        `${local}/ml/flow${text}`,
      ]) {
        for (const at of [server, below]) {
          for (const address of addresses(line, at)) {
            const url = new URL(address);
            assert.equal(url.origin, at.tracking.origin, line.slice(0, 200));
            assert.equal(url.pathname, `${at.tracking.basePath}/`);
            assert.equal(url.href, address);
            assert.equal(url.search, '');
            found += 1;
          }
        }
      }
    }
    assert.ok(found > odd.length);
  });

  it('is looked for in no time, however long the text', () => {
    const started = performance.now();
    for (const text of [
      `${local}/#/`.repeat(20_000),
      `${local}${'.'.repeat(90_000)}x`,
      'http://'.repeat(50_000),
    ])
      addresses(text);
    assert.ok(performance.now() - started < 10_000);
  });
});
