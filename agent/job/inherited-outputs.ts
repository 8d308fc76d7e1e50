import { fstatSync } from "node:fs";
import { isatty } from "node:tty";

import { isInForeground } from "./foreground.ts";
import type { Inheritance } from "./inheritance.ts";
import type { InheritedOutput } from "./output-layout.ts";

const STDIN = 0;
const OUTPUTS = [1, 2];

/** Standard output and error as the command would inherit them, without those that are closed. */
export function findInheritedOutputs({ descriptors }: Inheritance): InheritedOutput[] {
  return OUTPUTS.filter((number) => descriptors?.includes(number) ?? true).map((descriptor) => {
    const { dev, ino, rdev } = fstatSync(descriptor);
    return { descriptor, isTerminal: isatty(descriptor), file: `${dev} ${ino} ${rdev}` };
  });
}

/** Whether what is typed at stdin is for this process and its group, and none of it goes elsewhere. */
export function mayTakeTerminal({ descriptors }: Inheritance): boolean {
  return (descriptors?.includes(STDIN) ?? true) && isatty(STDIN) && isInForeground();
}
