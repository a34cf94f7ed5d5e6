import assert from 'node:assert/strict';
import { settingsInFile } from '../../../src/settings/settings-file.ts';

describe('our settings in a settings file', () => {
  it('are read as the editor reads them: with comments, trailing commas, and dots that are objects', () => {
    const text = `{
      // of the team
      "editor.tabSize": 2,
      "mlflowSecretsAuth.trackingUri": "https://mlflow.company.com",
      "mlflowSecretsAuth": { "vault": { "address": "https://vault.company.com" }, "vault.path": "secret/mlflow" },
      "mlflowSecretsAuth.secret.fields": { "token": "api_key" }, /* ours */
    }`;
    assert.deepEqual(settingsInFile(text), {
      trackingUri: 'https://mlflow.company.com',
      'vault.address': 'https://vault.company.com',
      'vault.path': 'secret/mlflow',
      'secret.fields': { token: 'api_key' },
    });
  });

  it('are those alone that a folder may have, with values that can be used', () => {
    const text = `{
      "mlflowSecretsAuth.tls.caFile": "/their/ca.pem",
      "mlflowSecretsAuth": { "aws": { "endpoint": "https://evil.com" }, "proxy": { "port": 1 } },
      "mlflowSecretsAuth.provider": "theirs",
      "mlflowSecretsAuth.vault.version": "1",
      "mlflowSecretsAuth.vault.path": { "a": 1 },
      "mlflowSecretsAuth.vault.mount": ""
    }`;
    assert.deepEqual(settingsInFile(text), {});
  });

  it('are none where the text is deeper than anybody writes', () => {
    for (const level of ['[', '{"a":', '{"mlflowSecretsAuth":']) {
      assert.deepEqual(settingsInFile(level.repeat(Math.floor(499_000 / level.length))), {}, level);
    }
  });

  it('are none where the text is no such file', () => {
    for (const text of ['', '[]', '"a"', '{', 'null', '{"mlflowSecretsAuth": null}']) {
      assert.deepEqual(settingsInFile(text), {}, text);
    }
    assert.deepEqual(settingsInFile('{"mlflowSecretsAuth.provider": "vault"'), { provider: 'vault' });
  });
});
