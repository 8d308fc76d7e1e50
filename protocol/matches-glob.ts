/** `*` stands for any letters, also none and slashes; all others for themselves. Takes no longer than the text is, times the stars: the text may be an attacker's. */
export function matchesGlob(glob: string, text: string): boolean {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return text === glob;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Names of repositories have no case where they are hosted: whoever writes `Acme/App` means `acme/app`. */
export function matchesRepository(glob: string, repository: string): boolean {
  return matchesGlob(glob.toLowerCase(), repository.toLowerCase());
}
