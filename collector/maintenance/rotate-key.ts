/** The command `rotate-key`: while no collector works on the data, which reads its keys when it starts. */
import { closeToOthers } from "../data-directory.ts";
import { addKey } from "../identity/key-file.ts";
import { lockDirectory } from "../storage/sqlite/lock-directory.ts";
import { assertDataDirectory } from "./assert-data-directory.ts";
import { noteChange } from "./note-change.ts";

/** How many keys there are now. Throws `data-directory`, `newer-schema` and `storage`. */
export function rotateKey(dataDir: string): number {
  assertDataDirectory(dataDir);
  closeToOthers(dataDir);
  using _ = lockDirectory(dataDir);
  noteChange(dataDir, { action: "rotate-key", target: "master.key", tenants: "all" });
  return addKey(dataDir);
}
