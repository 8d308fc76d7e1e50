/** What an option is called on a command line and in an environment. */
export function toVariableName(name: string): string {
  return `RUNNER_GUARD_${toWords(name).join("_").toUpperCase()}`;
}

export function toFlag(name: string): string {
  return `--${toWords(name).join("-")}`;
}

function toWords(name: string): string[] {
  return name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
}
