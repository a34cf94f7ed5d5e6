import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { headerValue } from '../../../src/secrets/auth-header.ts';
import { parseSecret } from '../../../src/secrets/parse-secret.ts';
import type { SecretForm } from '../../../src/secrets/parse-secret.ts';
import { Problem } from '../../../src/problem.ts';
import { Secret } from '../../../src/secret.ts';
import type { AuthMode, ConnectionConfiguration } from '../../../src/configuration/configuration.ts';

function parsed(text: string, form?: SecretForm): string {
  const credential = parseSecret(new Secret(text), form);
  return credential.kind === 'token'
    ? `token ${credential.token.reveal()}`
    : `${credential.username} / ${credential.password.reveal()}`;
}

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error;
  }
  throw new Error('there was no problem');
}

describe('a secret as a store holds it', () => {
  const readable: [string, string][] = [
    ['{"token":"canary"}', 'token canary'],
    ['  {"token": " canary "}\n', 'token canary'],
    ['{"token":"canary","note":1}', 'token canary'],
    ['{"username":"ada","password":"canary"}', 'ada / canary'],
    ['{"username":"ada","password":"canary:with:colons"}', 'ada / canary:with:colons'],
    ['{"token":"a:canary"}', 'token a:canary'],
    ['ada:canary', 'ada / canary'],
    ['ada:canary:with:colons', 'ada / canary:with:colons'],
    ['canary-token\n', 'token canary-token'],
    [':canary', 'token :canary'],
    ['canary:', 'token canary:'],
    ['12345', 'token 12345'],
    ['"quoted', 'token "quoted'],
    ['{"token":"canary","other":{"token":"x"}}', 'token canary'],
    ['{"MLFLOW_TRACKING_TOKEN":"canary"}', 'token canary'],
    ['{"MLFLOW_TRACKING_USERNAME":"ada","MLFLOW_TRACKING_PASSWORD":"canary"}', 'ada / canary'],
    ['{"mlflow_tracking_username":"ada","mlflow_tracking_password":"canary"}', 'ada / canary'],
    ['{"user":"ada","password":"canary"}', 'ada / canary'],
    ['{"User":"ada","Password":"canary"}', 'ada / canary'],
    ['{"MLFLOW_TRACKING_TOKEN":"other","token":"canary"}', 'token canary'],
    ['{"username":"ada","user":"bob","password":"canary"}', 'ada / canary'],
  ];
  for (const [text, expected] of readable) {
    // What tests print is searched for secrets.
    it(`reads ${JSON.stringify(text.replaceAll('canary', 'secret'))}`, () =>
      assert.equal(parsed(text), expected));
  }

  const inBase64 = (text: string): string => Buffer.from(text).toString('base64');

  for (const [text, secretFields] of [
    ['{"token":"canary"}', undefined],
    ['{"username":"ada","password":"canary"}\n', undefined],
    ['{"login":"ada","pass":"canary"}', { username: 'login', password: 'pass' }],
  ] as const)
    it(`says that it is in base64: ${text.replaceAll('canary', 'secret')}`, () => {
      const problem = problemOf(() => parsed(inBase64(text), secretFields && { secretFields }));
      assert.equal(problem.code, 'secret.malformed');
      assert.match(problem.message, /JSON object in base64/);
    });

  it('reads a token that is another object in base64, as some have it', () => {
    for (const text of ['{"k":"canary","n":"ci","id":1}', '{"canary"', '{}']) {
      const token = inBase64(text);
      assert.equal(parsed(token), `token ${token}`);
    }
  });

  it('reads 64 kB, which is the most', () =>
    assert.equal(parsed('c'.repeat(65_536)).length, 'token '.length + 65_536));

  it('reads any text or refuses it in one sentence that does not show it', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.json(),
      fc.constantFrom(
        'canary',
        'canary',
        '{"token":"canary',
        '"}',
        '{"username":',
        ',"password":',
        ':',
        '\n',
        '\0',
        '\u{1f600}',
      ),
    );
    const value = fc.array(piece, { maxLength: 6, size: 'max' }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(value, (text) => {
        for (const mode of ['bearer', 'basic'] as const) {
          try {
            const header = headerValue(parseSecret(new Secret(text)), {
              headerName: 'X-Key',
              authMode: mode,
            });
            assert.match(header.reveal(), /^[\x20-\x7e]+$/);
          } catch (error) {
            assert.ok(error instanceof Problem, String(error));
            const unquoted = error.message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
            assert.match(unquoted, /^[^.\n]+\.$|mlflowSecretsAuth\.auth\.mode/);
            assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /canary/);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of both kinds gives what the mode can send', () => {
    const both = new Secret('{"MLFLOW_TRACKING_TOKEN":"t","username":"ada","password":"canary"}');
    assert.equal(parseSecret(both, { authMode: 'bearer' }).kind, 'token');
    assert.equal(parseSecret(both, { authMode: 'basic' }).kind, 'userPassword');
  });

  describe('with names of fields in a setting', () => {
    const text = '{"login":"ada","pw":"canary","api_key":"canary-k","token":"other"}';
    const read = (secretFields: ConnectionConfiguration['secretFields'], of = text): string =>
      parsed(of, { secretFields });

    it('is read from these alone', () => {
      assert.equal(read({ username: 'login', password: 'pw' }), 'ada / canary');
      assert.equal(read({ token: 'api_key' }), 'token canary-k');
      assert.equal(read({}), 'token other');
    });

    it('is refused without one of them, with the names that there are, inert and bounded, and no value', () => {
      const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`name${index}`, 'canary']));
      const hostile = { '[a](command:x)\n\u202e': 'canary', ['x'.repeat(500)]: 'canary', ...many };
      for (const secretFields of [{ token: 'Api_Key' }, { username: 'login', password: 'none' }, {}]) {
        const problem = problemOf(() => read(secretFields, JSON.stringify(hostile)));
        assert.match(problem.message, /its fields are: .*"name0".* more\.$/);
        assert.ok(problem.message.length < 700, problem.message);
        assert.doesNotMatch(problem.message, /canary|\n|\u202e/);
        assert.match(problem.remedy, /mlflowSecretsAuth\.secret\.fields/);
        assert.deepEqual(problem.action, { kind: 'openSetting', setting: 'secret.fields' });
      }
    });
  });

  const unusable: [string, string, RegExp][] = [
    ['nothing', '', /it is empty/],
    ['white space', ' \n ', /it is empty/],
    ['a list', '["canary"]', /not an object/],
    ['JSON text', '"canary"', /not an object/],
    ['null', 'null', /not an object/],
    ['broken JSON', '{"token":"canary', /not valid JSON/],
    ['an object without our fields', '{"key":"canary"}', /neither a field "token" nor/],
    ['an empty token', '{"token":"  "}', /field "token" is empty/],
    ['a token that is no text', '{"token":5}', /field "token" is not text/],
    ['a null token', '{"token":null}', /field "token" is not text/],
    ['no password', '{"username":"ada"}', /field "password" is missing/],
    ['no user name', '{"password":"canary"}', /field "username" is missing/],
    [
      'a colon in the user name',
      '{"username":"a:b","password":"canary"}',
      /field "username" contains a colon/,
    ],
    ['a repeated field', '{"token":"canary","token":"canary2"}', /field "token" appears twice/],
    [
      'a repeated field in another spelling',
      String.raw`{"token":"canary","\u0074oken":"canary2"}`,
      /"token" appears twice/,
    ],
    [
      'a repeated user name',
      '{"username":"canary1","password":"x","username":"canary2"}',
      /"username" appears twice/,
    ],
    ['a line break in the token', '{"token":"canary\\r\\nX-Evil: 1"}', /field "token" contains a line break/],
    ['a line break in plain text', 'canary\nX-Evil: 1', /it contains a line break/],
    [
      'a control character',
      '{"password":"can\\u0000ary","username":"ada"}',
      /field "password" contains a control/,
    ],
    ['a tab in plain text', 'canary\tx', /it contains a control character/],
    [
      'a delete character in the token',
      '{"token":"canary\\u007f"}',
      /field "token" contains a control character/,
    ],
    [
      'a control character in the user name',
      '{"username":"a\\u001b","password":"canary"}',
      /field "username" contains a control/,
    ],
    ['bytes that are not UTF-8', 'canary\ufffd', /not valid UTF-8/],
    ['bytes that are not UTF-8 in a field', '{"token":"canary\ufffd"}', /field "token" is not valid UTF-8/],
    ['a list of tokens', '{"token":["canary"]}', /field "token" is not text/],
    [
      'a password that is no text',
      '{"username":"ada","password":{"canary":1}}',
      /field "password" is not text/,
    ],
    ['an empty user name', '{"username":" ","password":"canary"}', /field "username" is empty/],
    ['more than 64 kB', 'canary'.repeat(11_000), /longer than 64 kB/],
    ['more than 64 kB of letters with several bytes', 'canary€'.repeat(9000), /longer than 64 kB/],
  ];
  for (const [name, text, message] of unusable) {
    it(`refuses ${name}, and does not show it`, () => {
      const problem = problemOf(() => parseSecret(new Secret(text)));
      assert.match(problem.message, message);
      assert.doesNotMatch(inspect(problem, { depth: 9, showHidden: true }), /canary|Evil/);
    });
  }
});

describe('the header of a credential', () => {
  const header = (text: string, authMode: AuthMode, headerName = 'Authorization'): string =>
    headerValue(parseSecret(new Secret(text), { authMode }), { authMode, headerName }).reveal();
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  it('is Bearer for a token', () => assert.equal(header('canary', 'bearer'), 'Bearer canary'));
  it('is the bare token in another header', () =>
    assert.equal(header('canary', 'bearer', 'X-Api-Key'), 'canary'));
  it('is Basic for a token with a colon', () =>
    assert.equal(header('{"token":"a:canary"}', 'basic'), basic('a:canary')));
  it('is Basic for user and password', () =>
    assert.equal(header('ada:canary', 'basic'), basic('ada:canary')));
  it('is Basic in another header, too', () =>
    assert.equal(header('ada:canary', 'basic', 'X-Auth'), basic('ada:canary')));
  it('is UTF-8 for a password with other letters', () =>
    assert.equal(header('ada:canäry', 'basic'), basic('ada:canäry')));
  it('is as the secret is where no mode is set', () => {
    assert.equal(header('canary', 'auto'), 'Bearer canary');
    assert.equal(header('canary', 'auto', 'X-Api-Key'), 'canary');
    assert.equal(header('ada:canary', 'auto'), basic('ada:canary'));
    assert.equal(header('{"username":"ada","password":"canary"}', 'auto'), basic('ada:canary'));
  });
  it('has its scheme once, however the secret was copied', () => {
    for (const mode of ['auto', 'bearer'] as const) {
      for (const text of [
        'Bearer canary',
        'bearer  canary',
        'BEARER canary:1',
        '{"token":"Bearer canary"}',
      ]) {
        assert.match(header(text, mode), /^Bearer canary(?::1)?$/);
      }
    }
    for (const mode of ['auto', 'basic'] as const) {
      assert.equal(header(basic('ada:canary:x'), mode), basic('ada:canary:x'));
      assert.equal(header(basic('ada:canary').replace('Basic', 'basic'), mode), basic('ada:canary'));
    }
    assert.equal(
      header('Bearer canary', 'auto', 'X-Api-Key'),
      'Bearer canary',
      'whoever reads it may want it so',
    );
    assert.match(problemOf(() => header(basic('ada:canary'), 'bearer')).message, /user name and a password/);
    assert.equal(header('Basic canary', 'auto'), 'Bearer Basic canary', 'no user name, no password');
    const latin1 = `Basic ${Buffer.from('ada:canäry', 'latin1').toString('base64')}`;
    assert.equal(header(latin1, 'auto'), latin1, 'the same bytes');
    for (const pasted of ['Authorization: Bearer canary', 'authorization:Bearer canary']) {
      assert.equal(header(pasted, 'auto'), 'Bearer canary');
    }
    assert.equal(header(`Authorization: ${basic('ada:canary')}`, 'auto'), basic('ada:canary'));
  });
  it('is Bearer for a token with a colon, where the mode says that it is one', () =>
    assert.equal(header('canary:1', 'bearer'), 'Bearer canary:1'));
  it('cannot be Basic for a token without a colon', () => {
    for (const name of ['Authorization', 'X-Auth']) {
      assert.match(problemOf(() => header('canary', 'basic', name)).message, /token without a colon/);
    }
  });
  it('cannot be Bearer for user and password, and says what to choose', () => {
    const problem = problemOf(() => header('{"username":"ada","password":"canary"}', 'bearer'));
    assert.match(problem.remedy, /Set mlflowSecretsAuth\.auth\.mode to "basic"/);
    assert.doesNotMatch(inspect(problem), /canary/);
  });
  it('cannot be a token with letters that a header cannot carry', () => {
    assert.match(problemOf(() => header('canäry', 'bearer')).message, /ASCII/);
  });
});

describe('a resolved secret', () => {
  it('shows itself nowhere', () => {
    const secret = new Secret('canary');
    const shown = [
      secret.toString(),
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true, depth: 9 }),
    ];
    assert.doesNotMatch(shown.join(), /canary/);
    assert.deepEqual(Object.keys(secret), []);
    assert.equal(secret.reveal(), 'canary');
  });
});
