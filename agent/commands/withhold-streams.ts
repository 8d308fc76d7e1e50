type StreamName = "stdin" | "stdout" | "stderr";

/**
 * Node's own modules look at process.stdin, stdout and stderr when they are loaded. That opens them, which makes pipes
 * non-blocking for everyone who shares them: the command would see its reads and writes fail. To be called before anything
 * else is loaded; afterwards there are no such streams. Returns what makes one after all.
 */
export function withholdStreams(): (name: StreamName) => unknown {
  const properties = new Map<StreamName, PropertyDescriptor | undefined>();
  for (const name of ["stdin", "stdout", "stderr"] as const) {
    properties.set(name, Object.getOwnPropertyDescriptor(process, name));
    Object.defineProperty(process, name, { value: undefined, configurable: true });
  }
  return (name) => properties.get(name)?.get?.call(process);
}
