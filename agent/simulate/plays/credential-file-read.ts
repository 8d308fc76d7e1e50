import type { Play } from "../play.ts";

export const credentialFileRead: Play = {
  rule: "credential-file-read",
  does: "reads an SSH key that holds nothing",
  play({ put, run, folder }) {
    put(".ssh/id_ed25519", "nothing\n");
    run("cat", [`${folder}/.ssh/id_ed25519`]);
  },
};
