/** A small file of the guard's own directory: what else somebody put there is not followed, waited for or read without end. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Throws what the system says, or that it is no such file. */
export function readPlainFile(path: string, maxBytes: number): string {
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error(`${path} is no file`);
    if (stats.size > maxBytes) throw new Error(`${path} is larger than ${maxBytes} bytes`);
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}
