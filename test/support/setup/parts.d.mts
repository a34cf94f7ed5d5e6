export type VenvPart = 'mlflow' | 'mlflow-old' | 'openbao' | 'moto' | 'plugin';
export type Part = VenvPart | 'chromium' | 'compilers' | 'load' | 'code-server';
export declare const checkout: string;
/** Installs what is missing, two at a time, and shows it. */
export declare function ensure(parts: readonly Part[]): Promise<void>;
export declare const tools: {
  python(part: VenvPart): string;
  program(part: VenvPart, name: string): string;
  codeServer(): string;
  node(): string;
  desktopFolder(): string;
  /** Throws where there is none. */
  chromium(): string;
};
