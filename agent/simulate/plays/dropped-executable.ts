import type { Play } from "../play.ts";

export const droppedExecutable: Play = {
  rule: "dropped-executable",
  does: "decodes a script that does nothing into a hidden directory, and runs it",
  play({ runScript }) {
    runScript(
      "mkdir ../.stage\nprintf dHJ1ZQo= | base64 -d > ../.stage/update\nsh ../.stage/update\n",
    );
  },
};
