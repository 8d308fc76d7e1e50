import type { Play } from "../play.ts";

export const orphanProcess: Play = {
  rule: "orphan-process",
  does: "leaves a process behind that sleeps, until it is ended",
  play({ runScript }) {
    // Whoever plays it ends it by this file.
    runScript("sleep 30 < /dev/null > /dev/null 2>&1 &\necho $! > left\n");
  },
};
