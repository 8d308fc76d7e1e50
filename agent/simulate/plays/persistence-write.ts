import type { Play } from "../play.ts";

export const persistenceWrite: Play = {
  rule: "persistence-write",
  does: "adds a comment to .bashrc of a home of its own",
  play({ runScript }) {
    runScript("echo '# nothing' >> ~/.bashrc\n");
  },
};
