/** Whether a variable of this name holds a secret: `*` in a pattern is anything, and case does not matter. */
export function createSecretNames(patterns: readonly string[]): (name: string) => boolean {
  const matchers = patterns.map(toMatcher);
  return (name) => {
    const upper = name.toUpperCase();
    return matchers.some((matches) => matches(upper));
  };
}

/** Linear: the first place where a piece stands is as good as any later one. */
function toMatcher(pattern: string): (name: string) => boolean {
  const [first = "", ...others] = pattern.toUpperCase().split("*");
  const last = others.pop();
  if (last === undefined) return (name) => name === first;
  return (name) => {
    if (!name.startsWith(first)) return false;
    let at = first.length;
    for (const piece of others) {
      const found = name.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return name.length - last.length >= at && name.endsWith(last);
  };
}
