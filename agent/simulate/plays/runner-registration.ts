import type { Play } from "../play.ts";

export const runnerRegistration: Play = {
  rule: "runner-registration",
  does: "has a program named curl, which does nothing, told to ask for a runner's registration token",
  play({ putIdle, folder, run }) {
    putIdle("curl");
    const path = "repos/owner/repository/actions/runners/registration-token";
    run(`${folder}/curl`, ["-X", "POST", `https://api.invalid/${path}`]);
  },
};
