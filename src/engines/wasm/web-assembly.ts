/** A compiled module; opaque. */
export type CompiledModule = object;

export type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The part of the global `WebAssembly` that is used; the types of Node 20 do not have it. */
export interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<CompiledModule>;
  instantiate(module: CompiledModule, imports: Imports): Promise<Instance>;
  instantiateStreaming: (
    source: unknown,
    imports: Imports,
  ) => Promise<{ readonly module: CompiledModule; readonly instance: Instance }>;
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
