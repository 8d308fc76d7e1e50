/** Where a text stops being JSON, or says something twice: of half of the faults the engine's own words name no place, and of the latter there are none. */

const SPACE = /[\t\n\r ]*/y;
const TOKEN =
  /(?<mark>[{}[\]:,])|(?<text>"(?:[^"\\\n\r\t]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** Of a name that is told: enough to find it by. */
const MAX_NAME_LENGTH = 64;

type Expected =
  | "a value"
  | "a value or ]"
  | "a member's name in \""
  | "a member's name in \" or }"
  | "a colon"
  | "a comma or ]"
  | "a comma or }"
  | "nothing more";

/** Such as `line 2, column 5: expected a comma or }`; undefined: it is sound as far as this can see. */
export function findJsonFault(text: string): string | undefined {
  for (const { offset, expected, next } of readTokens(text)) {
    if (next === undefined) return `${toLineAndColumn(text, offset)}: expected ${expected}`;
  }
  return undefined;
}

/** Of a text that is JSON: where a member has the name of one before it, whose value is lost. Such as `line 2, column 5: "keep" is there twice`. */
export function findRepeatedMember(text: string): string | undefined {
  const seen: Set<unknown>[] = [];
  for (const { offset, expected, written, depth } of readTokens(text)) {
    if (written === "{") seen[depth] = new Set();
    if (!expected.startsWith("a member") || !written.startsWith('"')) continue;
    // However it is escaped.
    const name: unknown = JSON.parse(written);
    const names = seen[depth - 1];
    if (names?.has(name) === true) {
      const shown = written.length > MAX_NAME_LENGTH ? "a member" : written;
      return `${toLineAndColumn(text, offset)}: ${shown} is there twice`;
    }
    names?.add(name);
  }
  return undefined;
}

interface Token {
  readonly offset: number;
  readonly written: string;
  /** In how many objects and lists it stands. */
  readonly depth: number;
  readonly expected: Expected;
  /** Undefined: it is not what was expected, and the last one. */
  readonly next: Expected | undefined;
}

function* readTokens(text: string): Iterable<Token> {
  const open: ("]" | "}")[] = [];
  let expected: Expected | undefined = "a value";
  let offset = skipSpace(text, 0);
  while (expected !== undefined) {
    if (offset === text.length && expected === "nothing more") return;
    TOKEN.lastIndex = offset;
    const token = TOKEN.exec(text);
    const end = TOKEN.lastIndex;
    const depth = open.length;
    const next: Expected | undefined =
      token === null ? undefined : step(toSort(token), expected, open);
    yield { offset, written: token?.[0] ?? "", depth, expected, next };
    [expected, offset] = [next, skipSpace(text, end)];
  }
}

/** Undefined: this token cannot stand there. */
function step(sort: string, expected: Expected, open: ("]" | "}")[]): Expected | undefined {
  const after = (): Expected => {
    const inside = open.at(-1);
    return inside === undefined ? "nothing more" : `a comma or ${inside}`;
  };
  if (expected === "a colon") return sort === ":" ? "a value" : undefined;
  const isClosing = (sort === "]" || sort === "}") && expected.endsWith(` or ${sort}`);
  if (isClosing) {
    open.pop();
    return after();
  }
  if (expected.startsWith("a comma")) {
    if (sort !== ",") return undefined;
    return open.at(-1) === "}" ? "a member's name in \"" : "a value";
  }
  if (expected.startsWith("a member")) return sort === "text" ? "a colon" : undefined;
  if (!expected.startsWith("a value")) return undefined;
  if (sort === "[") {
    open.push("]");
    return "a value or ]";
  }
  if (sort === "{") {
    open.push("}");
    return "a member's name in \" or }";
  }
  return sort === "text" || sort === "value" ? after() : undefined;
}

function toSort({ groups }: RegExpExecArray): string {
  if (groups?.["text"] !== undefined) return "text";
  return groups?.["mark"] ?? "value";
}

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

function toLineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
