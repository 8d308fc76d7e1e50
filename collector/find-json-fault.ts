/** Where a text stops being JSON: of half of the faults the engine's own words name no place. */

const SPACE = /[\t\n\r ]*/y;
const TOKEN =
  /(?<mark>[{}[\]:,])|(?<text>"(?:[^"\\\n\r\t]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

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
  const open: ("]" | "}")[] = [];
  let expected: Expected = "a value";
  for (let offset = skipSpace(text, 0); ; offset = skipSpace(text, TOKEN.lastIndex)) {
    if (offset === text.length && expected === "nothing more") return undefined;
    TOKEN.lastIndex = offset;
    const token = TOKEN.exec(text);
    const next: Expected | undefined =
      token === null ? undefined : step(toSort(token), expected, open);
    if (next === undefined) return `${toLineAndColumn(text, offset)}: expected ${expected}`;
    expected = next;
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
