/** Options by which clients of language models stop asking, from the manuals of Claude Code, Codex, Gemini CLI, Amazon Q, Cursor, Copilot, Amp, Aider, Crush, Droid and Qwen Code as of 2026-11. */

/** These mean it wherever they stand. */
export const AUTONOMY_OPTIONS: ReadonlySet<string> = new Set([
  "--dangerously-skip-permissions",
  "--allow-dangerously-skip-permissions",
  "--permission-mode=bypassPermissions",
  "--dangerously-bypass-approvals-and-sandbox",
  "--dangerously-auto-approve",
  "--dangerously-allow-all",
  "--ask-for-approval=never",
  "--sandbox=danger-full-access",
  "--full-auto",
  "--yolo",
  "--approval-mode=yolo",
  "--approval-mode=auto_edit",
  "--trust-all-tools",
  "--allow-all-tools",
  "--allow-all-paths",
  "--yes-always",
  "--skip-permissions-unsafe",
]);

/** What follows the option. */
export const AUTONOMY_VALUES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["--permission-mode", new Set(["bypassPermissions"])],
  ["--ask-for-approval", new Set(["never"])],
  ["--approval-mode", new Set(["yolo", "auto_edit", "full-auto"])],
  ["--sandbox", new Set(["danger-full-access"])],
  ["-c", new Set(["approval_policy=never", 'approval_policy="never"'])],
  ["--config", new Set(["approval_policy=never", 'approval_policy="never"'])],
]);

/** Too short to mean it of any other program. */
export const AUTONOMY_OPTIONS_OF: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["gemini", new Set(["-y"])],
  ["qwen", new Set(["-y"])],
  ["aider", new Set(["--yes"])],
  ["cursor-agent", new Set(["-f", "--force"])],
  ["codex", new Set(["never"])],
  ["q", new Set(["-a"])],
  ["crush", new Set(["-y"])],
  ["droid", new Set(["--auto"])],
]);
