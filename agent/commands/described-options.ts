import { Option } from "commander";

import { toFlag } from "../config.ts";

interface Described {
  readonly description: string;
  readonly placeholder?: string;
  readonly isList?: true;
}

/** The options of agent/config.ts as commander takes them. */
export function toDescribedOptions(table: Readonly<Record<string, Described>>): Option[] {
  return Object.entries(table).map(([name, { description, placeholder, isList }]) => {
    const flag = toFlag(name);
    const synopsis = placeholder === undefined ? flag : `${flag} ${placeholder}`;
    const option = new Option(synopsis, description);
    return isList ? option.argParser(addToList) : option;
  });
}

function addToList(text: string, before: string | undefined): string {
  return before === undefined ? text : `${before},${text}`;
}
