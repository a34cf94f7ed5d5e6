export type VenvPart =
  | 'mlflow'
  | 'mcp'
  | 'mlflow-old'
  | 'other-clients'
  | 'mlflow-old-server'
  | 'openbao'
  | 'openbao-ldap'
  | 'moto'
  | 'uv'
  | 'coverage'
  | 'hvac'
  | 'azure-identity'
  | 'workers'
  | 'poetry'
  | 'plugin';
export type Part =
  VenvPart | 'chromium' | 'compilers' | 'emoji' | 'load' | 'shells' | 'slapd' | 'code-server';
export declare const checkout: string;
/** Installs what is missing, two at a time, and shows it. */
export declare function ensure(parts: readonly Part[]): Promise<void>;
export declare const tools: {
  python(part: VenvPart): string;
  program(part: VenvPart, name: string): string;
  slapd(): { program: string; modules: string; schemas: string; env: NodeJS.ProcessEnv };
  codeServer(): string;
  node(): string;
  desktopFolder(): string;
  /** Throws where there is none. */
  chromium(): string;
};
