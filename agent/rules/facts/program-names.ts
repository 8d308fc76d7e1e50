/** What programs are for, by their names. Data: a program that is missing here is added here. */
import { INTERPRETERS, OTHER_SHELLS, SHELLS } from "../data/command-readers.ts";
import * as traits from "./traits.ts";

const {
  ACCOUNT_TOOL,
  AI_CLIENT,
  BROWSER,
  COMPILER,
  CONTAINER_CLIENT,
  DEBUGGER,
  DECODER,
  DOWNLOADER,
  FILE_MOVER,
  FILTER,
  FORMATTER,
  INSTALLER,
  INTERPRETER,
  MINER,
  PACKAGE_MANAGER,
  RELAY,
  RUNNER,
  ENGINE_TOOL,
  SANDBOX,
  SECRET_SCANNER,
  SHELL,
  SSH_CLIENT,
  SYSTEM_PACKAGE_MANAGER,
  VERSION_CONTROL,
} = traits;

const CLIENTS = "docker podman nerdctl ctr crictl buildah docker-compose podman-remote";

const NAMES: readonly (readonly [traits.Traits, string])[] = [
  [SHELL, `${SHELLS} ${OTHER_SHELLS}`],
  [INTERPRETER, `${INTERPRETERS} awk gawk mawk nawk`],
  [DOWNLOADER, "curl wget aria2c axel lynx http https xh fetch ftp lftp tftp"],
  [
    DECODER,
    "base64 base32 basenc xxd uudecode openssl gunzip gzip zcat bunzip2 bzcat unxz xz xzcat zstd zstdcat lz4 brotli gpg rev uuencode ascii85 age",
  ],
  [
    PACKAGE_MANAGER | INSTALLER,
    "npm npx yarn pnpm pnpx bun bunx pip pip3 pipx uv uvx poetry pdm cargo gem bundle bundler mvn mvnw gradle gradlew go composer corepack easy_install conda mamba",
  ],
  [
    VERSION_CONTROL | INSTALLER,
    "git hg svn bzr fossil jj git-remote-https git-remote-http git-lfs",
  ],
  [RELAY, "nc ncat netcat nc.openbsd nc.traditional socat telnet cryptcat websocat chisel"],
  [DEBUGGER, "gdb gcore gdbserver lldb lldb-server strace ltrace rr perf bpftrace"],
  [CONTAINER_CLIENT, CLIENTS],
  [
    COMPILER,
    "gcc g++ cc c++ clang clang++ cc1 cc1plus as ld ld.bfd ld.gold ld.lld lld x86_64-linux-gnu-ld.bfd x86_64-linux-gnu-ld.gold aarch64-linux-gnu-ld.bfd aarch64-linux-gnu-ld.gold collect2 rustc tsc esbuild swc javac kotlinc scalac ghc ocamlopt nasm protoc",
  ],
  [
    FORMATTER,
    "prettier gofmt goimports rustfmt black isort ruff clang-format shfmt eslint oxlint oxfmt biome stylelint terraform",
  ],
  [
    AI_CLIENT,
    "claude gemini codex q aider cursor-agent copilot amp opencode goose qwen crush droid",
  ],
  [
    SECRET_SCANNER,
    "trufflehog gitleaks detect-secrets ggshield git-secrets noseyparker kingfisher titus whispers talisman",
  ],
  [
    MINER,
    "xmrig xmr-stak minerd cpuminer ccminer cgminer bfgminer ethminer t-rex lolMiner nbminer nanominer xmrigDaemon srbminer phoenixminer",
  ],
  [BROWSER, "chrome chromium google-chrome headless_shell firefox msedge webkit"],
  [SSH_CLIENT, "ssh scp sftp ssh-keygen ssh-add ssh-agent ssh-keyscan rsync autossh mosh"],
  [
    SYSTEM_PACKAGE_MANAGER,
    "apt apt-get dpkg aptitude dnf yum rpm apk zypper pacman snap brew dpkg-deb unattended-upgrade",
  ],
  [
    RUNNER,
    "Runner.Listener Runner.Worker gitlab-runner gitlab-runner-helper buildkite-agent act_runner forgejo-runner woodpecker-agent drone-runner-docker circleci-agent",
  ],
  [FILE_MOVER, "cp mv install ln tar unzip cpio rsync dd gcp bsdtar 7z 7za busybox"],
  // As useradd(8), passwd(1), adduser(8) of Debian and of busybox, libuser, pam_mkhomedir(8) and systemd-sysusers(8) call them.
  [ACCOUNT_TOOL, "useradd usermod userdel newusers adduser deluser luseradd mkhomedir_helper"],
  [ACCOUNT_TOOL, "groupadd groupmod groupdel groupmems addgroup delgroup systemd-sysusers"],
  [ACCOUNT_TOOL, "passwd chpasswd chgpasswd gpasswd chsh chfn chage vipw vigr"],
  [ACCOUNT_TOOL, "pwck grpck pwconv pwunconv grpconv grpunconv"],
  [INSTALLER, "tar bsdtar unzip 7z 7za cpio dpkg-deb"],
  [
    SANDBOX,
    "bwrap flatpak snap-confine snap systemd-run systemd-nspawn firejail newuidmap slirp4netns fuse-overlayfs nsjail minijail nix-daemon nix bazel linux-sandbox guix-daemon pbuilder sbuild schroot debootstrap",
  ],
  // Electron brings Chrome's sandbox, and unbound(8) changes its root directory as a daemon.
  [SANDBOX, "electron crashpad_handler unbound"],
  [SANDBOX | ENGINE_TOOL, CLIENTS],
  [
    SANDBOX | ENGINE_TOOL,
    "rootlesskit runc crun youki conmon containerd-shim containerd-shim-runc-v buildkitd buildkit-runc",
  ],
  [ENGINE_TOOL, "docker-buildx dockerd containerd skopeo"],
  [
    FILTER,
    "cat tee sed tr head tail cut sort grep awk gawk mawk pv rev tac jq yq tee xargs stdbuf unbuffer",
  ],
];

/** Scripts that are the program although an interpreter is what the kernel runs: `node …/npm-cli.js`, `python3 -m pip`. */
const SCRIPTS: readonly (readonly [traits.Traits, string])[] = [
  [
    PACKAGE_MANAGER | INSTALLER,
    "npm npm-cli.js npx npx-cli.js yarn yarn.js yarnpkg pnpm pnpm.cjs pnpm.js pnpx corepack pip pip3 pipx poetry pdm gem bundle bundler composer composer.phar easy_install conda cargo go uv uvx bun bunx mvn gradle mamba",
  ],
  [COMPILER, "tsc tsc.js webpack webpack.js rollup vite vite.js esbuild next"],
  [FORMATTER, "prettier prettier.cjs eslint eslint.js black isort stylelint.mjs"],
  [AI_CLIENT, "claude gemini codex codex.js aider cursor-agent copilot amp opencode qwen"],
  [
    SECRET_SCANNER,
    "detect-secrets detect_secrets ggshield trufflehog trufflehog3 truffleHog gitleaks",
  ],
  [DEBUGGER, "mimipenguin memdump"],
];

const TRAITS_OF_NAME = toTable(NAMES);
const TRAITS_OF_SCRIPT = toTable(SCRIPTS);
const INTERPRETS = SHELL | INTERPRETER;
/** One binary that is many programs, told apart by its first word. */
const MULTI_CALL = new Set(["busybox", "toybox", "coreutils"]);
const JAVA_BUILDERS = new Set([
  "org.codehaus.plexus.classworlds.launcher.Launcher",
  "org.apache.maven.wrapper.MavenWrapperMain",
  "org.gradle.launcher.GradleMain",
  "org.gradle.launcher.daemon.bootstrap.GradleDaemon",
  "org.gradle.wrapper.GradleWrapperMain",
  "gradle-wrapper.jar",
]);

export function isKnownName(name: string): boolean {
  return TRAITS_OF_NAME.has(name);
}

export interface Started {
  readonly args: readonly string[];
  readonly script?: string;
}

/** By the name of the executable; of an interpreter by the script too, of busybox by the applet that it was called as. */
export function findTraits(name: string, started: Started): traits.Traits {
  const own = TRAITS_OF_NAME.get(name) ?? 0;
  if (MULTI_CALL.has(name)) return own | (TRAITS_OF_NAME.get(toApplet(started.args)) ?? 0);
  if (name === "java") return own | traitsOfMain(started.args);
  if ((own & INTERPRETS) === 0) return own;
  return own | traitsOfScript(started);
}

/** mvn and gradle are shell scripts that become this. */
function traitsOfMain(args: readonly string[]): traits.Traits {
  return args.some((arg) => JAVA_BUILDERS.has(baseName(arg))) ? PACKAGE_MANAGER | INSTALLER : 0;
}

/** `busybox wget …` and a link named `wget` are the same. */
function toApplet(args: readonly string[]): string {
  const first = baseName(args[0] ?? "");
  return MULTI_CALL.has(first) ? baseName(args[1] ?? "") : first;
}

function traitsOfScript({ args, script }: Started): traits.Traits {
  if (script !== undefined) return traitsOfScriptName(baseName(script));
  const module =
    args[1] === "-m" ? args[2] : args.find((arg, at) => at > 0 && !arg.startsWith("-"));
  return module === undefined ? 0 : traitsOfScriptName(baseName(module));
}

/** Yarn comes as `.yarn/releases/yarn-4.1.0.cjs`. */
function traitsOfScriptName(name: string): traits.Traits {
  return TRAITS_OF_SCRIPT.get(name.startsWith("yarn-") ? "yarn" : name) ?? 0;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function toTable(rows: readonly (readonly [traits.Traits, string])[]): Map<string, traits.Traits> {
  const table = new Map<string, traits.Traits>();
  for (const [trait, names] of rows) {
    for (const name of names.split(" ")) table.set(name, (table.get(name) ?? 0) | trait);
  }
  return table;
}
