import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** How the scripts in bin/ end. */
const STARTS_NODE =
  /^exec "\$runner_guard_node" (?<flags>[^"$]*)"\$runner_guard_root\/(?<entry>[^"$]+)" "\$@"$/m;

/**
 * Text of a program that does what a script in bin/ ends with, in an image that has no shell. The process becomes the Node.js that it
 * starts, so that signals and the exit status are that one's own. The kernel hands on one flag of the first line.
 *
 * @param {{ script: string, release: string, node: string }} what `release`: where it lies in the image.
 */
export function toLauncher({ script, release, node }) {
  const joined = readFileSync(script, "utf8").replaceAll(/\\\n\s*/g, "");
  const { flags, entry } = STARTS_NODE.exec(joined)?.groups ?? {};
  if (flags === undefined || entry === undefined) {
    throw new Error(`${basename(script)}: does not end with how it starts Node.js`);
  }
  const args = [node, ...flags.trim().split(/\s+/), `${release}/${entry}`];
  const list = args.map((arg) => `  ${JSON.stringify(arg)},`).join("\n");
  return [
    `#!${node} --disable-warning=ExperimentalWarning`,
    `process.execve(${JSON.stringify(node)}, [`,
    list,
    `  ...process.argv.slice(2),`,
    `], process.env);`,
    ``,
  ].join("\n");
}
