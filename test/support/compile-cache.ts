import { join } from "node:path";

/**
 * For `NODE_COMPILE_CACHE` of programs that tests start from their sources again and again: half of a start is spent on taking types
 * out of the same files.
 */
export const COMPILE_CACHE = join(import.meta.dirname, "../../.cache/compile-tests");
