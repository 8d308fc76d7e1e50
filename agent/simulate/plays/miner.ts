import type { Play } from "../play.ts";

export const miner: Play = {
  rule: "miner",
  does: "runs a program named xmrig, which does nothing",
  play({ putIdle, folder, run }) {
    putIdle("xmrig");
    run(`${folder}/xmrig`, []);
  },
};
