import type { Play } from "../play.ts";

export const privilegedContainer: Play = {
  rule: "privileged-container",
  does: "has a program named docker, which does nothing, told to start a privileged container",
  play({ putIdle, folder, run }) {
    putIdle("docker");
    run(`${folder}/docker`, ["run", "--rm", "--privileged", "nothing", "true"]);
  },
};
