import type { Play } from "../play.ts";

export const pipeToShell: Play = {
  rule: "pipe-to-shell",
  does: "pipes what a program named curl prints to a shell",
  play({ put, putPrinter, runScript }) {
    put("nothing.sh", "true\n");
    putPrinter("curl");
    runScript("./curl nothing.sh | sh\n");
  },
};
