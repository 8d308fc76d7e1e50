import type { Lockdown } from "../../protocol/index.ts";
import { planCommandLockdown } from "./command-lockdown.ts";
import { foreseeMachineLockdown } from "./machine-lockdown.ts";
import type { Places } from "./places.ts";

const ASKED = { sudo: true, containers: true };
const ROOT = 0;

/** What `--disable-sudo` and `--disable-containers` would come to here. */
export interface ForeseenLockdown {
  readonly run: Lockdown;
  readonly watch: Lockdown;
}

/** Looks, and changes nothing. */
export function foreseeLockdown(places: Places): ForeseenLockdown {
  const isRoot = process.geteuid?.() === ROOT;
  return {
    run: isRoot ? OF_ROOT : planCommandLockdown(ASKED, places).state,
    watch: foreseeMachineLockdown(ASKED),
  };
}

const OF_ROOT: Lockdown = {
  sudo: "disabled",
  containers: "disabled",
  reasons: ["where the command becomes another user before anything else, by setpriv say"],
};
