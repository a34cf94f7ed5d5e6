import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CreateSecretCommandInput } from '@aws-sdk/client-secrets-manager';
import type { MotoServer } from './moto.ts';

export const homeRegion = 'us-east-1';
export const account = '123456789012';
/** What moto accepts while it does not enforce IAM. */
export const adminKey = { accessKeyId: 'AKIAADMIN', secretAccessKey: 'canary-admin-key' };

type Moto = Pick<MotoServer, 'url'>;

/** Forgets everything, and IAM is not enforced again. */
export async function resetMoto(moto: Moto): Promise<void> {
  await stopEnforcingIam(moto);
  await ok(fetch(`${moto.url}/moto-api/reset`, { method: 'POST' }));
}

/** From now on each request must be signed by a known key that a policy allows. */
export async function enforceIam(moto: Moto): Promise<void> {
  await ok(fetch(`${moto.url}/moto-api/reset-auth`, { method: 'POST', body: '0' }));
}

/** From now on everybody may do everything. */
export async function stopEnforcingIam(moto: Moto): Promise<void> {
  await ok(fetch(`${moto.url}/moto-api/reset-auth`, { method: 'POST', body: 'inf' }));
}

export function adminClient(moto: Moto, region = homeRegion): SecretsManagerClient {
  return new SecretsManagerClient({ region, endpoint: moto.url, credentials: adminKey });
}

/** The new secret's ARN and version id. */
export async function createSecret(
  moto: Moto,
  input: CreateSecretCommandInput,
  region = homeRegion,
): Promise<{ arn: string; versionId: string }> {
  const client = adminClient(moto, region);
  const { ARN, VersionId } = await client.send(new CreateSecretCommand(input));
  client.destroy();
  if (ARN === undefined || VersionId === undefined) throw new Error('moto gave no ARN');
  return { arn: ARN, versionId: VersionId };
}

/** A call of the query protocol, as IAM and STS speak it; returns the XML. */
async function query(
  moto: Moto,
  service: 'iam' | 'sts',
  parameters: Record<string, string>,
): Promise<string> {
  const scope = `${adminKey.accessKeyId}/20260101/${homeRegion}/${service}/aws4_request`;
  const response = await ok(
    fetch(moto.url, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
      body: new URLSearchParams({ Version: service === 'iam' ? '2010-05-08' : '2011-06-15', ...parameters }),
    }),
  );
  return response.text();
}

/** A new IAM user with these statements, and its access key. */
export async function createUser(
  moto: Moto,
  name: string,
  statements: readonly object[],
): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  await query(moto, 'iam', { Action: 'CreateUser', UserName: name });
  if (statements.length > 0) {
    const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const policy = { UserName: name, PolicyName: 'test', PolicyDocument: document };
    await query(moto, 'iam', { Action: 'PutUserPolicy', ...policy });
  }
  const xml = await query(moto, 'iam', { Action: 'CreateAccessKey', UserName: name });
  return { accessKeyId: element(xml, 'AccessKeyId'), secretAccessKey: element(xml, 'SecretAccessKey') };
}

/** A new role whom `trust` lets assume it, with these statements. */
export async function createRole(
  moto: Moto,
  name: string,
  { trust, statements, path = '/' }: { trust: object; statements: readonly object[]; path?: string },
): Promise<void> {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const role = { RoleName: name, Path: path, AssumeRolePolicyDocument: trustPolicy };
  await query(moto, 'iam', { Action: 'CreateRole', ...role });
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  if (statements.length > 0) {
    const policy = { RoleName: name, PolicyName: 'test', PolicyDocument: document };
    await query(moto, 'iam', { Action: 'PutRolePolicy', ...policy });
  }
}

function element(xml: string, name: string): string {
  const value = new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  if (value === undefined) throw new Error(`moto's answer has no ${name}`);
  return value;
}

async function ok(request: Promise<Response>): Promise<Response> {
  const response = await request;
  if (!response.ok) throw new Error(`moto answered ${response.status} ${await response.text()}`);
  return response;
}
