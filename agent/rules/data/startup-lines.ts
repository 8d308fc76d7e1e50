/**
 * Lines that installers and people put into start-up files: settings, and loading a tool that lies where it is installed. Everything else there
 * runs a command at each shell. From what rustup, nvm, pyenv, conda, SDKMAN, asdf, Homebrew, uv, bun, deno, Volta, fnm and mise write or ask for, as of 2026.
 */

/** No command in it: neither `$(…)` nor `${name@P}`, which runs those of the value. */
const VALUE = String.raw`(?:"(?:(?!\$\()[^"\`;&|<>@])*"|'[^']*'|(?:(?!\$\()[^\s"'\`;&|<>()@])*)`;
const NAME = "[A-Za-z_][A-Za-z0-9_]*";
/** A tool's own file in its own place. */
const HOME = String.raw`(?:\$HOME|\$\{HOME\}|~|/root|/home/[\w.-]+)`;
const TOOL_PLACE = String.raw`(?:${HOME}/(?:\.(?:cargo|nvm|sdkman|asdf|bun|deno|ghcup|gvm|volta|local/bin|local/share/[\w-]+)|miniconda3|anaconda3|miniforge3|mambaforge|emsdk)|\$\{?(?:NVM_DIR|SDKMAN_DIR|CARGO_HOME|ASDF_DIR|BUN_INSTALL)\}?|/opt/[\w.-]+|/usr/share|/usr/local/share|/etc)`;
const TOOL_FILE = String.raw`["']?${TOOL_PLACE}/(?:[\w-]+/)*(?:env|nvm\.sh|bash_completion|sdkman-init\.sh|asdf\.(?:sh|bash)|conda\.sh|mamba\.sh|completion\.bash|_bun|emsdk_env\.sh)["']?`;
const TOOL = String.raw`(?:[\w./~$\{}-]*/)?(?:pyenv|rbenv|nodenv|jenv|goenv|plenv|direnv|starship|zoxide|fnm|mise|brew|volta|conda|mamba|micromamba|opam|dircolors|lesspipe|thefuck|register-python-argcomplete|ssh-agent)`;
const IF_THERE = String.raw`command -v ${TOOL} (?:>|&>) ?/dev/null(?: 2>&1)? (?:\|\||&&) `;
const TOOL_WORDS = String.raw`(?:\s+[\w.=/:-]+)*`;

const HARMLESS: readonly RegExp[] = [
  /^(?:fi|done|esac|else|then|\}|unset [\w ]+|return(?: \d)?)$/,
  new RegExp(`^(?:${IF_THERE})?(?:export |declare -x |readonly )?${NAME}=${VALUE}(?:\\s+#.*)?$`),
  new RegExp(`^(?:export|set -gx|setenv|fish_add_path(?: -\\S+)*)(?: ${VALUE})+$`),
  new RegExp(`^set (?:path|PATH) = \\(${VALUE}(?: ${VALUE})*\\)$`),
  new RegExp(
    String.raw`^(?:\[\[? -[sfrden] ${TOOL_FILE} \]\]? && )?(?:\\?\.|source) ${TOOL_FILE}(?:\s+#.*)?$`,
  ),
  new RegExp(String.raw`^(?:${IF_THERE})?eval "\$\(${TOOL}${TOOL_WORDS}\)"$`),
  new RegExp(String.raw`^__(?:conda|mamba)_setup="\$\('?${TOOL}'? [\w.' -]+ 2> ?/dev/null\)"$`),
  /^if \[ (?:\$\? -eq 0|-f "[\w./-]+") \]; then$/,
  /^eval "\$__(?:conda|mamba)_setup"$/,
  /^case ":\$\{PATH\}:" in$/,
  /^\*:"[\w./$]+":\*\)$/,
  /^\*\)$/,
  /^;;$/,
];

/** Settings by which other programs are made to run something. */
const COMMANDING =
  /\b(?:PROMPT_COMMAND|BASH_ENV|ENV|LD_[A-Z_]+|PYTHONSTARTUP|PYTHONPATH|PYTHONINSPECT|NODE_OPTIONS|NODE_PATH|PERL5OPT|PERL5LIB|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|GIT_[A-Z_]+|IFS|PS[0-4]|EDITOR|VISUAL|PAGER|MANPAGER|LESSOPEN|BROWSER|ZDOTDIR|FPATH|https?_proxy|HTTPS?_PROXY|ALL_PROXY|npm_config_\w+|PIP_INDEX_URL|PIP_EXTRA_INDEX_URL|GOPROXY|GOFLAGS|CC|CXX|RUSTC_WRAPPER|RUSTFLAGS|MAKEFLAGS|SHELL)=/;
/** Where anybody can put programs. */
const FOREIGN_PLACE = /\/tmp\b|\/dev\/shm\b/;
const PATH = /\bPATH=(["']?)([^"'#]*)\1/;
/** Installers write shorter ones. */
const MAX_LINE = 1_000;

/** Whether nothing but the shell's settings changes by it. */
export function isHarmlessLine(line: string): boolean {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return true;
  if (text.length > MAX_LINE || COMMANDING.test(text) || FOREIGN_PLACE.test(text)) return false;
  return HARMLESS.some((pattern) => pattern.test(text)) && !searchesWhereItIs(text);
}

/** The directory that a shell happens to be in: an empty part of PATH is the same as a dot. */
function searchesWhereItIs(text: string): boolean {
  const directories = PATH.exec(text)?.[2]?.trimEnd().split(":") ?? [];
  return directories.some((directory) => directory === "" || directory.startsWith("."));
}
