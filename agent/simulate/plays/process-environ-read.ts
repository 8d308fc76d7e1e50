import type { Play } from "../play.ts";

export const processEnvironRead: Play = {
  rule: "process-environ-read",
  does: "reads the environment of a process that is not the job's, and is empty",
  play({ outsider, run }) {
    run("cat", [`/proc/${outsider}/environ`]);
  },
};
