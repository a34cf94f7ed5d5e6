export declare function buildAll(options: { readonly production: boolean }): Promise<unknown>;
