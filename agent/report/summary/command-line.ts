/** The longest argument that is looked at for quoting; more than a summary shows of it. */
const MAX_QUOTED = 4_096;
/** More than a summary shows. */
const MAX_CHARACTERS = 8_192;

/** The beginning of a command as one would type it, so that arguments can be told apart. Text is the job's, unescaped. */
export function toCommandLine(args: readonly string[]): string {
  let line = "";
  for (const arg of args) {
    if (line.length > MAX_CHARACTERS) break;
    line += line === "" ? quote(arg) : ` ${quote(arg)}`;
  }
  return line;
}

function quote(arg: string): string {
  const start = arg.slice(0, MAX_QUOTED);
  return /^[\w@%+=:,./-]+$/.test(start) ? start : `'${start.replaceAll("'", "'\\''")}'`;
}
