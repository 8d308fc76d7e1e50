import type { Play } from "../play.ts";

export const secretHunter: Play = {
  rule: "secret-hunter",
  does: "lets a package's script start a program named trufflehog, which does nothing",
  play({ put, putIdle, runScript }) {
    putIdle("trufflehog");
    put("bin/npm", "./trufflehog filesystem nothing --json\n");
    runScript("sh bin/npm install nothing\n");
  },
};
