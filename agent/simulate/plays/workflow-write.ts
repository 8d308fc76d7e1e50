import type { Play } from "../play.ts";

export const workflowWrite: Play = {
  rule: "workflow-write",
  does: "writes a workflow into a repository of its own",
  play({ put, runScript }) {
    put(".git/HEAD", "ref: refs/heads/main\n");
    put(".github/workflows/ci.yml", "on: push\n");
    runScript("echo '# nothing' >> .github/workflows/ci.yml\n");
  },
};
