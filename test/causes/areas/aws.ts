import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Gateway, json, jsonError } from '../../contract/aws/gateway.ts';
import type { Answer, Call } from '../../contract/aws/gateway.ts';
import {
  account,
  adminKey,
  createSecret,
  createUser,
  enforceIam,
  homeRegion,
  stopEnforcingIam,
} from '../../support/servers/moto-account.ts';
import { portalAnswer, ssoConfig, ssoTokenFile } from '../../support/servers/sso-portal.ts';
import { startMoto } from '../../support/servers/moto.ts';
import type { ProblemCode } from '../../../src/problem-catalogue.ts';
import type { Cause, Planted } from '../cause.ts';
import type { Parts } from '../parts.ts';
import { awsWindow, credential, newName, ours } from '../scene/windows.ts';

const SecretString = JSON.stringify(credential);
export const signedIn = {
  AWS_ACCESS_KEY_ID: adminKey.accessKeyId,
  AWS_SECRET_ACCESS_KEY: adminKey.secretAccessKey,
  AWS_REGION: homeRegion,
};
const hourMs = 3_600_000;

/** A secret in moto, behind a gateway that may answer in its place until it is mended. */
export async function inAws(
  parts: Parts,
  environment: Readonly<Record<string, string>>,
  answer?: (call: Call) => Answer | undefined,
): Promise<Planted & { readonly gateway: Gateway }> {
  const moto = await parts.moto();
  const gateway = await Gateway.start(moto);
  gateway.answer = answer;
  const Name = newName();
  await createSecret(moto, { Name, SecretString });
  return {
    gateway,
    window: await awsWindow(parts, { 'aws.secretId': Name, 'aws.endpoint': gateway.url }, environment),
    mend: async () => Promise.resolve((gateway.answer = undefined)),
    storeCalls: () => gateway.calls.length,
    stop: async () => gateway.stop(),
  };
}

/** Answers that moto cannot give, worded as in the service's documentation. */
function refusing(name: string, code: ProblemCode, remedy: RegExp, answer: Answer): Cause {
  return {
    name,
    code,
    remedy,
    plant: async (parts) =>
      inAws(parts, signedIn, ({ action }) => (action === 'GetSecretValue' ? answer : undefined)),
  };
}

const portal = ({ action }: Call): Answer | undefined => {
  const answer = portalAnswer(action);
  return answer && json(answer);
};

const ssoCache = ssoTokenFile('corp');
const ssoToken = (expiresAt: number): string =>
  JSON.stringify({ accessToken: 'canary-sso-token', expiresAt: new Date(expiresAt).toISOString() });
/** As STS says it (AssumeRole in the API reference, and the query protocol's form of errors). */
const roleDenied = (arn: string): Answer => ({
  status: 403,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::${account}:user/ada is not authorized to perform: sts:AssumeRole on resource: ${arn}</Message></Error><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>`,
});

export function awsCauses(): readonly Cause[] {
  return [
    {
      name: 'no AWS region is set',
      code: 'aws.noRegion',
      remedy: /mlflowSecretsAuth\.aws\.region/,
      plant: async (parts) => {
        const planted = await inAws(parts, { ...signedIn, AWS_REGION: '' });
        return {
          ...planted,
          mend: async (window) => window.changeSettings(ours({ 'aws.region': homeRegion })),
        };
      },
    },
    {
      name: 'the single sign-on session has expired',
      code: 'aws.ssoExpired',
      remedy: /aws sso login --profile ml/,
      plant: async (parts) => {
        const planted = await inAws(parts, {}, portal);
        const { settings } = planted.window;
        return {
          ...planted,
          window: {
            settings: { ...settings, ...ours({ 'aws.profile': 'ml' }) },
            environment: { AWS_ENDPOINT_URL_SSO: planted.gateway.url },
            home: { '.aws/config': ssoConfig('corp'), [ssoCache]: ssoToken(Date.now() - 1000) },
          },
          // As `aws sso login` in a terminal.
          mend: async ({ home }) => writeFile(join(home, ssoCache), ssoToken(Date.now() + hourMs)),
        };
      },
    },
    {
      name: 'single sign-on breaks off the connection',
      code: 'aws.dropped',
      remedy: /HTTP proxy and the firewall/,
      plant: async (parts) => {
        const planted = await inAws(parts, {}, () => 'drop');
        const { settings } = planted.window;
        return {
          ...planted,
          window: {
            settings: { ...settings, ...ours({ 'aws.profile': 'ml' }) },
            environment: { AWS_ENDPOINT_URL_SSO: planted.gateway.url },
            home: { '.aws/config': ssoConfig('corp'), [ssoCache]: ssoToken(Date.now() + hourMs) },
          },
          mend: async () => Promise.resolve((planted.gateway.answer = portal)),
        };
      },
    },
    {
      name: 'there are no AWS credentials',
      code: 'aws.noCredentials',
      remedy: /aws configure/,
      plant: async (parts) => {
        const planted = await inAws(parts, { AWS_REGION: homeRegion });
        const keys = `[default]\naws_access_key_id=${adminKey.accessKeyId}\naws_secret_access_key=${adminKey.secretAccessKey}\n`;
        return {
          ...planted,
          window: { ...planted.window, home: { '.aws/config': '' } },
          mend: async ({ home }) => writeFile(join(home, '.aws/credentials'), keys),
        };
      },
    },
    {
      name: 'no policy lets the AWS identity read the secret',
      code: 'aws.accessDenied',
      remedy: /Allow secretsmanager:GetSecretValue on/,
      plant: async (parts) => {
        const moto = await startMoto({ folder: await parts.folder(newName()) });
        const gateway = await Gateway.start(moto);
        const Name = newName();
        await createSecret(moto, { Name, SecretString });
        const key = await createUser(moto, 'stranger', []);
        await enforceIam(moto);
        const environment = {
          AWS_ACCESS_KEY_ID: key.accessKeyId,
          AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
          AWS_REGION: homeRegion,
        };
        return {
          window: await awsWindow(parts, { 'aws.secretId': Name, 'aws.endpoint': gateway.url }, environment),
          // moto knows no policy that names one secret.
          mend: async () => stopEnforcingIam(moto),
          stop: async () => {
            await gateway.stop();
            await moto.stop();
          },
        };
      },
    },
    {
      name: 'the AWS identity may not assume the role',
      code: 'aws.assumeRoleDenied',
      remedy: /sts:AssumeRole/,
      plant: async (parts) => {
        const arn = `arn:aws:iam::${account}:role/reader`;
        const planted = await inAws(parts, signedIn, ({ action }) =>
          action === 'AssumeRole' ? roleDenied(arn) : undefined,
        );
        const { settings, environment } = planted.window;
        return {
          ...planted,
          window: {
            settings: { ...settings, ...ours({ 'aws.roleArn': arn }) },
            environment: { ...environment, AWS_ENDPOINT_URL_STS: planted.gateway.url },
          },
        };
      },
    },
    {
      name: 'the secret is not in this AWS account',
      code: 'aws.notFound',
      remedy: /mlflowSecretsAuth\.aws\.secretId, the region and the account/,
      plant: async (parts) => {
        const planted = await inAws(parts, signedIn);
        const Name = newName();
        return {
          ...planted,
          window: {
            ...planted.window,
            settings: { ...planted.window.settings, ...ours({ 'aws.secretId': Name }) },
          },
          mend: async () => createSecret(await parts.moto(), { Name, SecretString }),
        };
      },
    },
    refusing(
      'the secret is of another AWS account',
      'aws.accessDenied',
      /Allow secretsmanager:GetSecretValue on/,
      jsonError(
        'AccessDeniedException',
        `User: arn:aws:iam::${account}:user/ada is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:210987654321:secret:mlflow-AbCdEf because no resource-based policy allows the secretsmanager:GetSecretValue action`,
      ),
    ),
    refusing(
      'a policy of the whole organization denies the secret to the AWS identity',
      'aws.accessDenied',
      /change the service control policy/,
      jsonError(
        'AccessDeniedException',
        `User: arn:aws:iam::${account}:user/ada is not authorized to perform: secretsmanager:GetSecretValue on resource: mlflow with an explicit deny in a service control policy`,
      ),
    ),
    refusing(
      'the KMS key of the secret is disabled',
      'aws.kmsFailed',
      /KMS key is enabled/,
      jsonError('DecryptionFailure', 'key is disabled'),
    ),
    refusing(
      'the AWS identity may not use the KMS key of the secret',
      'aws.kmsDenied',
      /kms:Decrypt/,
      jsonError('AccessDeniedException', 'Access to KMS is not allowed'),
    ),
    refusing(
      'the clock of this machine is an hour slow for AWS',
      'aws.clockSkew',
      /Correct the date and time/,
      jsonError(
        'InvalidSignatureException',
        'Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z',
        403,
      ),
    ),
    refusing(
      'the AWS session credentials have expired',
      'aws.expiredToken',
      /Sign in again/,
      jsonError('ExpiredTokenException', 'The security token included in the request is expired', 403),
    ),
  ];
}
