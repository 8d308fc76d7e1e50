/** Whether a name fits one of the patterns, all of it, in any case. `*` stands for any characters, `?` for one. */
export function createNameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const folded = patterns.map((pattern) => pattern.toUpperCase());
  return (name) => {
    const upper = name.toUpperCase();
    return folded.some((pattern) => isMatch(upper, pattern));
  };
}

/** Goes back to the last `*` alone, which takes name times pattern at most. */
function isMatch(name: string, pattern: string): boolean {
  let inName = 0;
  let inPattern = 0;
  let star = -1;
  let afterStar = 0;
  while (inName < name.length) {
    const wanted = pattern[inPattern];
    if (wanted === "*") {
      star = inPattern++;
      afterStar = inName;
    } else if (wanted !== undefined && (wanted === "?" || wanted === name[inName])) {
      inPattern++;
      inName++;
    } else if (star !== -1) {
      inPattern = star + 1;
      inName = ++afterStar;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}
