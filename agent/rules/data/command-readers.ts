/** Names of programs that do what they read, without versions. */

/** Those that take words as sh does. */
export const SHELLS = "sh bash dash zsh ksh mksh ash fish rbash yash";

export const OTHER_SHELLS = "csh tcsh pwsh powershell";

/** Those that run their input where they are given no program; awk does not. */
export const INTERPRETERS =
  "python pypy perl ruby node nodejs php lua luajit deno bun tclsh osascript Rscript";
