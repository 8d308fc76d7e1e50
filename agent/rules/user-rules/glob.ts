/** Globs without regular expressions: every state at once, so the time is the text's length by the pattern's, whatever stands in them. */
export type MatchGlob = (text: string) => boolean;

/** `path`: `*` stops at a slash, and two of them do not. `text`: `*` is anything. */
export type GlobKind = "path" | "text";

interface Token {
  /** `one`: any one character; `some`: any number of them; `directories`: none, or some up to a slash. */
  readonly type: "literal" | "one" | "some" | "directories";
  readonly character: string;
  readonly crossesSlash: boolean;
}

export function compileGlob(pattern: string, kind: GlobKind): MatchGlob {
  const tokens = toTokens(pattern, kind);
  const literal = /^[^*?]*/.exec(pattern)?.[0] ?? "";
  return (text) => text.startsWith(literal) && matches(tokens, text);
}

function toTokens(pattern: string, kind: GlobKind): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === "*" && pattern.startsWith("**/", at) && isAtStart(pattern, at)) {
      tokens.push({ type: "directories", character, crossesSlash: true });
      at += 2;
    } else if (character === "*") {
      let end = at;
      while (pattern.charAt(end + 1) === "*") end += 1;
      tokens.push({ type: "some", character, crossesSlash: kind === "text" || end > at });
      at = end;
    } else {
      const type = character === "?" ? "one" : "literal";
      tokens.push({ type, character, crossesSlash: kind === "text" });
    }
  }
  return tokens;
}

function isAtStart(pattern: string, at: number): boolean {
  return at === 0 || pattern.charAt(at - 1) === "/";
}

function matches(tokens: readonly Token[], text: string): boolean {
  let states = withSkipped(tokens, new Set([0]));
  for (let at = 0; at < text.length && states.size > 0; at += 1) {
    states = withSkipped(tokens, step(tokens, states, text.charAt(at)));
  }
  return states.has(tokens.length);
}

function step(tokens: readonly Token[], states: ReadonlySet<number>, character: string) {
  const next = new Set<number>();
  for (const state of states) {
    const token = tokens[state];
    if (token === undefined) continue;
    const mayPass = token.crossesSlash || character !== "/";
    if (token.type === "literal" && token.character === character) next.add(state + 1);
    if (token.type === "one" && mayPass) next.add(state + 1);
    if (token.type === "some" && mayPass) next.add(state);
    if (token.type !== "directories") continue;
    // Half a directory's name: only a slash leads out of it.
    next.add(state + INSIDE);
    if (character === "/") next.add(state + 1);
  }
  for (const state of states) {
    if (state < INSIDE) continue;
    next.add(state);
    if (character === "/") next.add(state - INSIDE + 1);
  }
  return next;
}

/** Beyond every pattern's length: the states of those that are within a directory's name. */
const INSIDE = 1_000_000;

/** What may stand for nothing may be skipped. */
function withSkipped(tokens: readonly Token[], states: Set<number>): Set<number> {
  for (const state of states) {
    const type = tokens[state]?.type;
    if (type === "some" || type === "directories") states.add(state + 1);
  }
  return states;
}
