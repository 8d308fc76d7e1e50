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
  "--allow-all",
  "--yes-always",
  "--skip-permissions-unsafe",
]);

/** TOML, with a profile before it perhaps: `profiles.x.approval_policy='never'`. */
const CODEX_SETTING =
  /(?:^|\.)\s*["']?(?:approval_policy["']?\s*=\s*["']*never|sandbox_mode["']?\s*=\s*["']*danger-full-access)/;
/** Whatever command there is; not `Bash(git status)`. */
const ANY_COMMAND =
  /(?:^|[\s,])(?:Bash|shell|run_shell_command|ShellTool)(?:\(\s*(?:\*|:\*)?\s*\))?(?:$|[\s,])/;

/** What follows the option. */
export const AUTONOMY_VALUES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["--permission-mode", new Set(["bypassPermissions"])],
  ["--ask-for-approval", new Set(["never"])],
  ["--approval-mode", new Set(["yolo", "auto_edit", "full-auto"])],
  ["--sandbox", new Set(["danger-full-access"])],
  ["-s", new Set(["danger-full-access"])],
  ["-a", new Set(["never"])],
]);

/** What follows the option, or stands behind its `=`, where only a part of it counts. */
export const AUTONOMY_GRANTS: ReadonlyMap<string, RegExp> = new Map([
  ["--settings", /bypassPermissions/],
  ["-c", CODEX_SETTING],
  ["--config", CODEX_SETTING],
  ["--allowedTools", ANY_COMMAND],
  ["--allowed-tools", ANY_COMMAND],
  ["--allow-tool", ANY_COMMAND],
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
