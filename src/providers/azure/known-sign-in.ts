import { join } from 'node:path';
import type { KnownValue, Places } from '../provider.ts';
import { readSmallFile, UnreadFile } from '../../read-small-file.ts';
import { textField } from '../transport/fields.ts';

const maxProfileBytes = 1_000_000;
/** By which the SDK's default credential signs in without anybody (azure-identity, EnvironmentCredential and managed identity). */
const telling = ['AZURE_CLIENT_ID', 'AZURE_FEDERATED_TOKEN_FILE', 'IDENTITY_ENDPOINT', 'MSI_ENDPOINT'];

/** Whether the default credential will find a sign-in, and which: a variable, or the account of the Azure CLI. */
export async function knownSignIn({ environment, homeFolder }: Places): Promise<readonly KnownValue[]> {
  const variable = telling.find((name) => textField(environment, name) !== undefined);
  const folder = textField(environment, 'AZURE_CONFIG_DIR') ?? join(homeFolder, '.azure');
  const about = variable ?? (await accountIn(join(folder, 'azureProfile.json')));
  return about === undefined ? [] : [{ value: 'default', about, decides: [] }];
}

/** Of the default subscription; the Azure CLI begins the file with a byte order mark. */
async function accountIn(file: string): Promise<string | undefined> {
  try {
    const text = (await readSmallFile(file, maxProfileBytes)).replace(/^\uFEFF/, '');
    const { subscriptions = [] } = JSON.parse(text) as { readonly subscriptions?: readonly Subscription[] };
    const account = (subscriptions.find(({ isDefault }) => isDefault === true) ?? subscriptions[0])?.user
      ?.name;
    return typeof account === 'string' ? account : undefined;
  } catch (error) {
    // No file, or one of another form: nobody is known to be signed in.
    if (error instanceof UnreadFile || error instanceof SyntaxError || error instanceof TypeError)
      return undefined;
    throw error;
  }
}

interface Subscription {
  readonly isDefault?: unknown;
  readonly user?: { readonly name?: unknown };
}
