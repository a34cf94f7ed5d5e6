import assert from 'node:assert/strict';
import { endpointsOf } from '../../../../src/providers/aws/endpoints.ts';

describe('the endpoints that the SDK of AWS takes from variables', () => {
  const [all, secrets, sts] = ['https://all.example', 'https://sm.example', 'https://sts.example'];
  const rows: [Record<string, string>, string | undefined, string | undefined][] = [
    [{}, undefined, undefined],
    [{ AWS_ENDPOINT_URL: all }, all, all],
    [{ AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets }, secrets, undefined],
    [
      { AWS_ENDPOINT_URL: all, AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets, AWS_ENDPOINT_URL_STS: sts },
      secrets,
      sts,
    ],
    [{ AWS_ENDPOINT_URL: all, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, undefined, undefined],
    [{ AWS_ENDPOINT_URL: all, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' }, all, all],
  ];
  for (const [environment, environmentEndpoint, environmentStsEndpoint] of rows) {
    it(`${JSON.stringify(environment)} are part of the configuration`, () => {
      assert.deepEqual(endpointsOf(environment), { environmentEndpoint, environmentStsEndpoint });
    });
  }
});
