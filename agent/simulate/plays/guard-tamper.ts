import type { Play } from "../play.ts";

export const guardTamper: Play = {
  rule: "guard-tamper",
  does: "sends the guard a signal that it ignores",
  play({ guard, runScript }) {
    runScript(`kill -PIPE ${guard}\n`);
  },
};
