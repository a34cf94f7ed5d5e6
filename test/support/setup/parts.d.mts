export type Part =
  'mlflow' | 'mlflow-old' | 'openbao' | 'moto' | 'plugin' | 'chromium' | 'compilers' | 'load' | 'code-server';
export type VenvPart = 'mlflow' | 'mlflow-old' | 'openbao' | 'moto' | 'plugin';
export declare const checkout: string;
/** Installs what is missing, one after the other. */
export declare function ensure(parts: readonly Part[]): Promise<void>;
export declare const tools: {
  python(part: VenvPart): string;
  program(part: VenvPart, name: string): string;
  codeServer(): string;
  node(): string;
  chromium(): string;
};
