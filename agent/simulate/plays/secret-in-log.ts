import type { Play } from "../play.ts";

export const secretInLog: Play = {
  rule: "secret-in-log",
  does: "prints a value that the guard knows to be secret, and that is none",
  play({ runScript }) {
    runScript('echo "the token is $SIMULATED_TOKEN"\n');
  },
};
