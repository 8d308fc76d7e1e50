import type { Play } from "../play.ts";

export const masquerade: Play = {
  rule: "masquerade",
  does: "runs a program of its own under the name of another",
  play({ putIdle, folder, run }) {
    putIdle("helper");
    run(`${folder}/helper`, [], { calledAs: "node" });
  },
};
