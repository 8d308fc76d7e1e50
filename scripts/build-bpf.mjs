/** Compiles the kernel sensor's program for this machine, or with --all for every processor that we support. */
import { parseArgs } from "node:util";

import { checkoutFolder } from "./setup/checkout-folder.mjs";
import {
  ARCHITECTURES,
  buildKernelObject,
  isArchitecture,
  kernelObjectPath,
} from "./setup/kernel-object.mjs";

const { values } = parseArgs({ options: { all: { type: "boolean" } } });
const root = checkoutFolder();
const wanted = values.all ? ARCHITECTURES : [process.arch].filter(isArchitecture);

if (wanted.length === 0) {
  console.error(
    `build-bpf: no target for ${process.arch} processors; --all builds ${ARCHITECTURES.join(" and ")}`,
  );
  process.exitCode = 1;
}
for (const architecture of wanted) {
  const { ok, output } = await buildKernelObject(root, architecture);
  if (ok) console.log(`built ${kernelObjectPath(root, architecture)}`);
  else {
    console.error(`build-bpf: ${architecture} failed:\n${output}`);
    process.exitCode = 1;
  }
}
