/** What the agent uses of it: TypeScript has these types only together with those of browsers. */
declare namespace WebAssembly {
  type Exports = Record<string, unknown>;

  // oxlint-disable-next-line typescript/no-extraneous-class -- the platform has it so
  class Module {
    constructor(code: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: Exports;
  }
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Global {
    readonly value: unknown;
  }
}
