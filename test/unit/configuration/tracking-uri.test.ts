import assert from 'node:assert/strict';
import { completedUri, parseTrackingUri } from '../../../src/configuration/tracking-uri.ts';

function accepted(text: string): { origin: string; basePath: string; warning: string | undefined } {
  const result = parseTrackingUri(text);
  assert.equal(result.kind, 'ok', JSON.stringify(result));
  return { ...result.server, warning: result.warning };
}

describe('the tracking URI', () => {
  const same: [string, string, string][] = [
    ['https://mlflow.company.com', 'https://mlflow.company.com', ''],
    ['  https://mlflow.company.com/  ', 'https://mlflow.company.com', ''],
    ['https://mlflow.company.com:443/', 'https://mlflow.company.com', ''],
    ['https://MLflow.Company.com', 'https://mlflow.company.com', ''],
    ['https://host/mlflow/', 'https://host', '/mlflow'],
    ['https://host/mlflow//', 'https://host', '/mlflow'],
    ['https://host:8443/a/b', 'https://host:8443', '/a/b'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000', ''],
    ['http://localhost:5000/', 'http://localhost:5000', ''],
    ['http://[::1]:5000', 'http://[::1]:5000', ''],
  ];
  for (const [text, origin, basePath] of same) {
    it(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(accepted(text), { origin, basePath, warning: undefined });
    });
  }

  it('turns a host name with other letters into ASCII and shows both', () => {
    const { origin, warning } = accepted('https://mlflow.münchen.example');
    assert.equal(origin, 'https://mlflow.xn--mnchen-3ya.example');
    assert.match(warning ?? '', /mlflow\.münchen\.example is mlflow\.xn--mnchen-3ya\.example/);
  });

  it('names the risk of http to another machine', () => {
    assert.match(
      accepted('http://mlflow.company.com').warning ?? '',
      /anyone on the network can read the credential/,
    );
    // A name server of the network may be asked for it.
    assert.match(accepted('http://mlflow.localhost:5000').warning ?? '', /anyone on the network/);
    assert.equal(accepted('https://mlflow.localhost').warning, undefined);
  });

  const refused: [string, RegExp][] = [
    ['', /empty/],
    ['   ', /empty/],
    ['mlflow.company.com', /does not start with https:\/\//],
    ['https://', /address is not valid/],
    ['https://host:99999', /address is not valid/],
    ['file:///tmp/mlruns', /only https and http/],
    ['databricks', /Databricks has tools of its own/],
    ['databricks://profile', /Databricks has tools of its own/],
    ['https://user:pw@host', /user name or password/],
    ['https://host/?a=1', /query or a fragment/],
    ['https://host/#/experiments', /query or a fragment/],
    ['https://mlflow.company.com./', /ends with a dot/],
  ];
  for (const [text, message] of refused) {
    it(`refuses ${JSON.stringify(text)} and shows how to write it`, () => {
      const result = parseTrackingUri(text);
      assert.equal(result.kind, 'invalid');
      assert.match(result.message, message);
      assert.match(result.message, /Enter an address such as https:\/\/mlflow\.company\.com/);
      assert.doesNotMatch(result.message, /pw/);
    });
  }

  const entered: [string, string][] = [
    ['mlflow.company.com', 'https://mlflow.company.com'],
    [' mlflow.company.com/mlflow ', 'https://mlflow.company.com/mlflow'],
    ['mlflow:5000', 'https://mlflow:5000'],
    ['localhost:5000', 'http://localhost:5000'],
    ['127.0.0.1:5000/#/experiments/3', 'http://127.0.0.1:5000/'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['https://mlflow.company.com/#/experiments/3/runs/5d2f', 'https://mlflow.company.com/'],
    ['https://mlflow.company.com/mlflow/?workspace=x#/experiments', 'https://mlflow.company.com/mlflow/'],
    ['https://mlflow.company.com', 'https://mlflow.company.com'],
    ['http://mlflow.company.com', 'http://mlflow.company.com'],
    ['file:///tmp/mlruns', 'file:///tmp/mlruns'],
    ['mlflow', 'mlflow'],
    ['user@host.example', 'user@host.example'],
    ['databricks', 'databricks'],
    ['', ''],
  ];
  for (const [text, uri] of entered) {
    it(`takes ${JSON.stringify(text)}, where a person enters it, for ${JSON.stringify(uri)}`, () => {
      assert.equal(completedUri(text), uri);
    });
  }
});
