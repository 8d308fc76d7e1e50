export interface ArgumentBounds {
  readonly maxArgs: number;
  readonly maxArgBytes: number;
}

export interface ProcessArgs {
  readonly args: readonly string[];
  readonly argsTruncated: boolean;
}

/**
 * /proc/PID/cmdline: arguments that each end in NUL. A process can overwrite its own, so the last NUL may be missing.
 * `bytes` should hold one byte more than the bound where the file does, so that cutting it is noticed.
 */
export function parseArgs(bytes: Buffer, bounds: ArgumentBounds): ProcessArgs {
  const isCut = bytes.length > bounds.maxArgBytes;
  const kept = bytes.subarray(0, bounds.maxArgBytes);
  const args = kept.toString("utf8").split("\0");
  if (args.at(-1) === "") args.pop();
  return {
    args: args.slice(0, bounds.maxArgs),
    argsTruncated: isCut || args.length > bounds.maxArgs,
  };
}
