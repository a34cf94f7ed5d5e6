/** The languages beside English, by VS Code's names, which are those in the names of the files. */
export const languages = ['de', 'zh-cn'] as const;
export type Language = (typeof languages)[number];

/** What a translation is held to; docs/translations.md has the whole glossary. */
export interface LanguageWords {
  readonly quotes: readonly [open: string, close: string];
  /** Titles of the editor and of other products, as they are shown in this language. */
  readonly titles: Readonly<Record<string, string>>;
  /** Words that lost to another for the same thing, which the sentence has to use. */
  readonly lost: readonly (readonly [RegExp, use: string])[];
}

/** What is the same in every language: names, terms of a protocol, and what has no words. */
const same: ReadonlySet<string> = new Set([
  'AWS Secrets Manager',
  'AppRole',
  'Azure CLI',
  'Azure Key Vault',
  'Azure Key Vault {0}',
  'HashiCorp Vault',
  'LDAP',
  'MLflow',
  'MLflow Secrets Auth',
  'Python',
]);

/** German has these, too. */
const sameInGerman = new Set([
  'AWS in {0}',
  'AWS Secrets Manager.',
  'Azure Key Vault.',
  'Cache',
  'China',
  'Cloud',
  'Code',
  'Mount',
  'Namespace',
  'Region',
  'Secret',
  'System',
  'Token',
  'Version',
  'in {0}',
  '{0} h',
  '{0} h {1} min',
  '{0} min',
  '{0} ms',
  '{0} s',
]);

export const sameIn: Readonly<Record<Language, ReadonlySet<string>>> = {
  de: same.union(sameInGerman),
  'zh-cn': same,
};

export const words: Readonly<Record<Language, LanguageWords>> = {
  de: {
    quotes: ['„', '“'],
    titles: {
      'Developer: Reload Window': 'Entwickler: Fenster neu laden',
      'Developer: Set Log Level': 'Entwickler: Protokollebene festlegen',
      'Manage deleted secrets': 'Gelöschte Geheimnisse verwalten',
      Networking: 'Netzwerk',
      'Workspaces: Manage Workspace Trust': 'Arbeitsbereiche: Arbeitsbereichsvertrauen verwalten',
    },
    lost: [
      [/Passw(?:o|ö)rt/, 'Kennwort'],
      [/Anmeldeinformation|Credential/, 'Anmeldedaten'],
      [/Sess?ions?-?[Tt]oken|Sitzungs-Token/, 'Sitzungstoken'],
      [/\bURLs?\b/, 'Adresse'],
      [/Geheimnisspeicher|Secret-Speicher(?! von VS Code)/, 'Secret-Speicher von VS Code, Secret-Store'],
      [/Request|Anforderung/, 'Anfrage'],
      [/Response(?!-Wrapping)/, 'Antwort'],
      [/\bLogs?\b/, 'Protokoll'],
      [/Login|[Ll]ogge/, 'Anmeldung'],
      [/Workspace/, 'Arbeitsbereich'],
      [/Umgebungs-Variable/, 'Umgebungsvariable'],
      [/\p{L}en Sie\b|\bIhre?[mnrs]?\b/u, 'an infinitive, and nothing for "your"'],
      [/"/, '„…“'],
    ],
  },
  'zh-cn': {
    quotes: ['“', '”'],
    titles: {
      'Developer: Reload Window': '开发人员: 重新加载窗口',
      'Developer: Set Log Level': '开发人员: 设置日志级别',
      'Manage deleted secrets': '管理已删除的机密',
      Networking: '网络',
      'Workspaces: Manage Workspace Trust': '工作区: 管理工作区信任',
    },
    lost: [
      [/您/, '你'],
      [/登陆|登入/, '登录'],
      [/认证/, '身份验证'],
      [/会话 ?[Tt]oken/, '会话令牌'],
      [/\bURLs?\b/, '地址'],
      [/请求头|报头/, '标头'],
      [/秘密(?!访问密钥)|密钥库|机密库/, '机密, 机密服务器, VS Code 机密存储'],
      [/服务端/, '服务器'],
      [/\p{Script=Han}[,;:?!]/u, 'punctuation of full width'],
      [/[，。：；？、] /, 'no space after punctuation of full width'],
      [/\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u, 'a space between Han and Latin'],
      [/"/, '“…”'],
    ],
  },
};
