import type { Play } from "../play.ts";

export const runnerMemoryRead: Play = {
  rule: "runner-memory-read",
  does: "asks for the map of the memory of a process that is not the job's",
  play({ outsider, run }) {
    run("cat", [`/proc/${outsider}/maps`]);
  },
};
