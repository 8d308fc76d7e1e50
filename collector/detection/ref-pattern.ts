/** Names of branches and tags as an operator writes them: `refs/heads/release/**`. */

/** In a part of the name, or over all that follows. */
export const REF_PATTERN = /^[^*]*(?:\*[^*]*|\*\*)?$/;

/** One star stands for anything without a slash, two at the end for anything. */
export function matchesRef(pattern: string, ref: string): boolean {
  if (pattern.endsWith("**")) return ref.startsWith(pattern.slice(0, -2));
  const star = pattern.indexOf("*");
  if (star < 0) return ref === pattern;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  if (ref.length < before.length + after.length) return false;
  const between = ref.slice(before.length, ref.length - after.length);
  return ref.startsWith(before) && ref.endsWith(after) && !between.includes("/");
}
