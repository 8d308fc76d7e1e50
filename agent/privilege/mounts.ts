export interface Mount {
  readonly path: string;
  readonly type: string;
  /** Those of this mount and those of its file system, together. */
  readonly options: readonly string[];
}

/** Reads /proc/PID/mountinfo (proc_pid_mountinfo(5)). Lines that do not follow its form are left out. */
export function parseMountInfo(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ", 2);
    const [, , , , path, options] = before.split(" ");
    const [type, , superOptions = ""] = after.split(" ");
    if (path === undefined || options === undefined || type === undefined || type === "") return [];
    return [
      {
        path: unescapeOctal(path),
        type,
        options: [...options.split(","), ...superOptions.split(",")],
      },
    ];
  });
}

/** The kernel writes space, tab, newline and backslash in a path as `\040`, `\011`, `\012` and `\134`. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
