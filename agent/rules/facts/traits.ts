/** What programs are for, as bits, so that a rule's first question takes a nanosecond. */
export type Traits = number;

/** Reads commands: sh, bash, zsh, fish, pwsh. */
export const SHELL = 1 << 0;
/** Runs a program that it is given as text: python, perl, ruby, node, php, lua. */
export const INTERPRETER = 1 << 1;
/** Fetches what an address names: curl, wget, aria2c. */
export const DOWNLOADER = 1 << 2;
/** Makes bytes of text, or unpacks them: base64, xxd, openssl, gunzip. */
export const DECODER = 1 << 3;
/** Installs packages and runs what they bring: npm, pip, cargo. */
export const PACKAGE_MANAGER = 1 << 4;
/** git, hg, svn: what writes a checkout. */
export const VERSION_CONTROL = 1 << 5;
/** Joins a socket to its own input and output, or to a program: nc, socat. */
export const RELAY = 1 << 6;
/** Reads other processes by trade: gdb, strace, gcore. */
export const DEBUGGER = 1 << 7;
/** Starts containers: docker, podman, nerdctl. */
export const CONTAINER_CLIENT = 1 << 8;
/** Makes code of code: gcc, rustc, tsc, ld. */
export const COMPILER = 1 << 9;
/** Rewrites sources as its job: prettier, gofmt, sed run by a developer's script is none. */
export const FORMATTER = 1 << 10;
/** Language models at a command line: claude, gemini, codex. */
export const AI_CLIENT = 1 << 11;
/** Looks for secrets: trufflehog, gitleaks. */
export const SECRET_SCANNER = 1 << 12;
/** Mines coins. */
export const MINER = 1 << 13;
/** Chrome, firefox and the like. */
export const BROWSER = 1 << 14;
/** ssh and what uses its keys. */
export const SSH_CLIENT = 1 << 15;
/** Of the system's packages: apt, dnf, apk. It writes system files as its job. */
export const SYSTEM_PACKAGE_MANAGER = 1 << 16;
/** A CI runner, or what it is made of: Runner.Listener, gitlab-runner. */
export const RUNNER = 1 << 17;
/** Copies, moves or unpacks files: what it writes has its origin in what it reads. */
export const FILE_MOVER = 1 << 18;
/** Reads nothing but passes its input on, changed perhaps: tee, cat, sed, tr, head. */
export const FILTER = 1 << 19;
/** Makes namespaces as its way of working: bwrap, snap, container engines, and their clients for what these start. */
export const SANDBOX = 1 << 20;
/** Has business with the socket of a container engine. */
export const ENGINE_TOOL = 1 << 21;
/** Makes accounts and changes them, and copies start-up files into their home directories: useradd, passwd. */
export const ACCOUNT_TOOL = 1 << 22;
/** What it writes is what somebody has published, under the name that it has there: npm, git, tar. */
export const INSTALLER = 1 << 23;
