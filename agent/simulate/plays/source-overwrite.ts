import type { Play } from "../play.ts";

export const sourceOverwrite: Play = {
  rule: "source-overwrite",
  does: "lets a package's script change a source in a repository of its own (takes git)",
  play({ put, runScript }) {
    put("node_modules/nothing/build.sh", "echo // >> ../../main.c\nsleep 0.1\n");
    put("bin/npm", "cd node_modules/nothing && sh build.sh\n");
    runScript(
      [
        "git init -q .",
        "git config user.name Nobody",
        "git config user.email nobody@example.invalid",
        'echo "int main(void) { return 0; }" > main.c',
        "git add main.c",
        "git commit -q -m first",
        "sh bin/npm install nothing",
        "",
      ].join("\n"),
    );
  },
};
