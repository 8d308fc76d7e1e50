import type { Lockdown } from "../../protocol/index.ts";
import { planCommandLockdown } from "./command-lockdown.ts";
import { foreseeMachineLockdown } from "./machine-lockdown.ts";

const ASKED = { sudo: true, containers: true };
const ROOT = 0;

/** What `--disable-sudo` and `--disable-containers` would come to here. */
export interface ForeseenLockdown {
  readonly run: Lockdown;
  readonly watch: Lockdown;
}

/** Looks, and changes nothing. */
export function foreseeLockdown(): ForeseenLockdown {
  const isRoot = process.geteuid?.() === ROOT;
  return {
    run: isRoot ? OF_ROOT : planCommandLockdown(ASKED).state,
    watch: foreseeMachineLockdown(ASKED),
  };
}

const OF_ROOT: Lockdown = {
  sudo: "disabled",
  containers: "disabled",
  reasons: ["where the command becomes another user before anything else, by setpriv say"],
};
