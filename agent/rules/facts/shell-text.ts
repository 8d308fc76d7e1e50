/** What the text of a shell script says of a program's output: whether it is run as a program in turn. */

/** A line that runs what it fetched is short; longer ones are cut, so that the patterns below take no longer than they may. */
const MAX_LINE = 1_000;
const MAX_LINES = 400;
const INTERPRETERS = String.raw`(?:(?:ba|da|z|k|a|fi)?sh|python[\d.]*|perl|ruby|node|php)`;
/** With no program of its own: options, then whatever is read. */
const BARE = String.raw`\b${INTERPRETERS}(?:\s+-[six]*)*`;
/** Where a command begins. */
const BEGIN = String.raw`(?:^|[;&|({]|\b(?:then|do|else|if|command|builtin)\s)\s*`;
const SOURCE = String.raw`${BEGIN}(?:source|\.)\s+`;

/** By `eval`, `source`, `-c`, a here-string, a pipe into a builtin, straight or by a variable. */
export function runsOutputOf(text: string, program: string): boolean {
  const lines = text
    .replaceAll("\\\n", " ")
    .split("\n", MAX_LINES)
    .filter((line) => !/^\s*#/.test(line))
    .map((line) => line.slice(0, MAX_LINE))
    .flatMap((line) => [line, ...findHereString(line)]);
  const name = String.raw`\b${program.replaceAll(/[^\w-]/g, ".")}\b`;
  const sinks = toSinks(name, findVariables(lines, name));
  return lines.some((line) => sinks.some((sink) => sink.test(line)));
}

/** Of `sh <<< 'eval "$(curl …)"'` the script. */
function findHereString(line: string): string[] {
  const at = line.indexOf("<<<");
  return at === -1 ? [] : [line.slice(at + "<<<".length).replace(/^\s*["']/, "")];
}

function toSinks(name: string, variables: readonly string[]): RegExp[] {
  const substituted = String.raw`(?:\$\(|${"`"})[^\n]*${name}`;
  const output =
    variables.length === 0
      ? substituted
      : String.raw`(?:${substituted}|\$\{?(?:${variables.join("|")})\b)`;
  return [
    // eval "$(curl …)", source <(curl …), . /dev/stdin <<< "$(curl …)"
    String.raw`${BEGIN}eval\s[^;\n]*${output}`,
    String.raw`${SOURCE}<\([^\n]*${name}`,
    String.raw`${SOURCE}/dev/stdin\s*<<<\s*["']?${output}`,
    // bash -c "$(curl …)", bash <(curl …), bash <<< "$(curl …)"
    String.raw`\b${INTERPRETERS}\b[^;|&\n]*\s(?:-[a-zA-Z]*[cer]|--eval)\s*["']?${output}`,
    String.raw`${BARE}\s+<\([^\n]*${name}`,
    String.raw`${BARE}(?:\s+/dev/stdin)?\s*<<<\s*["']?${output}`,
    // make -f <(curl …)
    String.raw`\bg?make\b[^;|&\n]*\s(?:-[a-zA-Z]*f\s*|--(?:make)?file[= ])<\([^\n]*${name}`,
    // echo "$(curl …)" | sh, curl … | while read -r line; do eval "$line"; done, curl … | . /dev/stdin
    String.raw`\b(?:echo|printf)\b[^\n]*${output}[^\n]*\|\s*(?:sudo\s+)?${BARE}\s*(?:$|[;|&)>])`,
    String.raw`${name}[^\n]*\|[^\n]*(?:[;&|({]\s*|\bdo\s+)eval\s`,
    String.raw`${name}[^\n]*\|\s*(?:source|\.)\s+/(?:dev|proc)/`,
  ].map((sink) => new RegExp(sink));
}

/** `X=$(curl …)`, `read -r X < <(curl …)`, `mapfile X < <(curl …)`. */
function findVariables(lines: readonly string[], name: string): string[] {
  const assigned = new RegExp(String.raw`\b([A-Za-z_]\w*)=["']?(?:\$\(|${"`"})[^\n]*${name}`);
  const read = new RegExp(
    String.raw`\b(?:read|mapfile|readarray)\s[^\n]*?\b([A-Za-z_]\w*)\s*<\s*<\([^\n]*${name}`,
  );
  return lines.flatMap((line) => {
    const variable = assigned.exec(line)?.[1] ?? read.exec(line)?.[1];
    return variable === undefined ? [] : [variable];
  });
}
