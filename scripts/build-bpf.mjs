/**
 * Compiles the kernel sensor's program for this machine, or with --all for every processor that we support. --define NAME
 * and --output FILE are for variants of it.
 */
import { parseArgs } from "node:util";

import { checkoutFolder } from "./setup/checkout-folder.mjs";
import {
  ARCHITECTURES,
  buildKernelObject,
  isArchitecture,
  kernelObjectPath,
} from "./setup/kernel-object.mjs";

const { values } = parseArgs({
  options: {
    all: { type: "boolean" },
    define: { type: "string", multiple: true },
    output: { type: "string" },
  },
});
const root = checkoutFolder();
const wanted = values.all ? ARCHITECTURES : [process.arch].filter(isArchitecture);

if (wanted.length === 0) {
  console.error(
    `build-bpf: no target for ${process.arch} processors; --all builds ${ARCHITECTURES.join(" and ")}`,
  );
  process.exitCode = 1;
}
for (const architecture of wanted) {
  const object = values.output ?? kernelObjectPath(root, architecture);
  const { ok, output } = await buildKernelObject(root, architecture, {
    object,
    macros: values.define ?? [],
  });
  if (ok) console.log(`built ${object}`);
  else {
    console.error(`build-bpf: ${architecture} failed:\n${output}`);
    process.exitCode = 1;
  }
}
