import type { BuildOptions } from 'esbuild';

export declare function buildOptions(options: { readonly production: boolean }): BuildOptions;
export declare function buildAll(options: { readonly production: boolean }): Promise<unknown>;
