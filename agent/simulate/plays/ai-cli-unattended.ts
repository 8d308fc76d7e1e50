import type { Play } from "../play.ts";

export const aiCliUnattended: Play = {
  rule: "ai-cli-unattended",
  does: "lets a package's script start an AI client that may do everything",
  play({ put, putIdle, runScript }) {
    putIdle("claude");
    put("bin/npm", "./claude -p --dangerously-skip-permissions 'list files'\n");
    runScript("sh bin/npm install nothing\n");
  },
};
