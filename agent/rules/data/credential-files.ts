/**
 * Files that hold credentials, and the programs whose files they are. From the manuals of those programs, as of 2026. The kernel sensor tells who
 * opens one of these names for reading.
 */

export interface CredentialFile {
  readonly name: string;
  /** Of the directory that it lies in, where the name alone is common. */
  readonly parent?: string;
  /** For the message. */
  readonly what: string;
  /** Programs, and scripts of interpreters, that read it by trade. */
  readonly readers: ReadonlySet<string>;
  /** It is there without a credential more often than not: what it holds is looked at. */
  readonly isOftenPlain?: true;
}

const GIT =
  "git git-remote-https git-remote-http git-lfs gh glab hub tea jj lazygit tig git-credential-store git-credential-manager gitoxide gix";
const NODE_PACKAGES =
  "npm npm-cli npx npx-cli yarn yarnpkg pnpm pnpx bun bunx corepack lerna nx turbo changeset semantic-release npm-check-updates ncu renovate rush node-gyp verdaccio";
const PYTHON_PACKAGES =
  "pip pip3 pipx twine uv uvx poetry pdm hatch flit tox nox setup build keyring conda mamba micromamba";
const SSH =
  "ssh scp sftp ssh-add ssh-keygen ssh-agent sshd ssh-copy-id rsync mosh ansible ansible-playbook autossh sshfs git";
const AWS =
  "aws aws-vault aws-iam-authenticator sam cdk copilot eksctl serverless sls terraform tofu terragrunt pulumi packer kops amplify s3cmd s5cmd rclone ecs-cli eb chamber saml2aws granted assume steampipe dvc restic docker-credential-ecr-login kubectl helm";
const KUBERNETES =
  "kubectl helm helmfile k9s kustomize argocd flux skaffold tilt istioctl linkerd cilium kubectx kubens stern velero oc odo eksctl kind minikube k3d k3s gcloud aws az doctl terraform tofu pulumi ansible ansible-playbook devspace okteto telepresence kubeseal sops werf dagger docker kubeadm kubelet ct";
const CONTAINERS =
  "docker docker-buildx docker-compose docker-scout docker-sbom dockerd buildctl buildkitd podman buildah skopeo nerdctl crane ko oras cosign trivy syft grype helm helmfile flux kind act earthly pack dagger regctl regsync notation executor kaniko img umoci devcontainer containerd tilt skaffold werf docker-credential-helper";
const GCLOUD =
  "gcloud gsutil bq terraform tofu pulumi kubectl docker-credential-gcloud docker-credential-gcr gke-gcloud-auth-plugin cloud_sql_proxy cloud-sql-proxy firebase skaffold rclone helm";
const AZURE = "az azd terraform tofu pulumi kubelogin func packer";
const JAVA = "java mvn mvnd gradle mvnw gradlew sbt";
const CURL =
  "curl wget git git-remote-https git-remote-http go pip pip3 uv poetry heroku ftp lftp conda hub nix aria2c";
const CARGO = "cargo rustup cargo-release release-plz cross";

export const CREDENTIAL_FILES: readonly CredentialFile[] = [
  plain("config", ".git", "git's settings, with a credential in them", GIT),
  file(".git-credentials", undefined, "git's stored credentials", GIT),
  file("credentials", "git", "git's stored credentials", GIT),
  plain(".npmrc", undefined, "npm's settings, with a token in them", NODE_PACKAGES),
  plain(".yarnrc.yml", undefined, "Yarn's settings, with a token in them", NODE_PACKAGES),
  file(".pypirc", undefined, "the credentials of PyPI", PYTHON_PACKAGES),
  plain("pip.conf", undefined, "pip's settings, with a credential in them", PYTHON_PACKAGES),
  file(".netrc", undefined, "credentials of hosts", CURL),
  file("credentials", ".aws", "the credentials of AWS", AWS),
  plain("config", ".aws", "the settings of AWS, with a credential in them", AWS),
  ...["id_rsa", "id_ed25519", "id_ecdsa", "id_dsa", "id_ed25519_sk", "identity"].map((name) =>
    file(name, ".ssh", "a private key of ssh", SSH),
  ),
  file("config", ".kube", "the credentials of Kubernetes", KUBERNETES),
  plain("config.json", ".docker", "the credentials of registries", CONTAINERS),
  plain("auth.json", "containers", "the credentials of registries", CONTAINERS),
  file(".dockercfg", undefined, "the credentials of registries", CONTAINERS),
  file(
    "application_default_credentials.json",
    undefined,
    "the credentials of Google Cloud",
    GCLOUD,
  ),
  file("credentials.db", "gcloud", "the credentials of Google Cloud", GCLOUD),
  file("access_tokens.db", "gcloud", "the credentials of Google Cloud", GCLOUD),
  ...["accessTokens.json", "msal_token_cache.json", "service_principal_entries.json"].map((name) =>
    file(name, ".azure", "the credentials of Azure", AZURE),
  ),
  file(
    ".vault-token",
    undefined,
    "the token of Vault",
    "vault bao terraform tofu consul-template envconsul vaultenv",
  ),
  file(
    "credentials.tfrc.json",
    undefined,
    "the credentials of Terraform",
    "terraform tofu terragrunt tfc",
  ),
  plain(
    ".terraformrc",
    undefined,
    "Terraform's settings, with a token in them",
    "terraform tofu terragrunt",
  ),
  file("credentials.toml", ".cargo", "the credentials of crates.io", CARGO),
  file("credentials", ".cargo", "the credentials of crates.io", CARGO),
  file("credentials", ".gem", "the credentials of RubyGems", "gem bundle bundler rake"),
  plain("settings.xml", ".m2", "Maven's settings, with a password in them", JAVA),
  plain("gradle.properties", ".gradle", "Gradle's settings, with a password in them", JAVA),
  plain("auth.json", ".composer", "the credentials of Composer", "composer php"),
  plain("auth.json", "composer", "the credentials of Composer", "composer php"),
  plain("hosts.yml", "gh", "the token of gh", "gh git hub"),
  plain("config.yml", "glab-cli", "the token of glab", "glab git"),
  plain("hub", ".config", "the token of hub", "hub gh git"),
  file("rclone.conf", undefined, "the credentials of rclone", "rclone"),
  file(".s3cfg", undefined, "the credentials of s3cmd", "s3cmd"),
  file(".boto", undefined, "the credentials of boto", "gsutil gcloud aws s3cmd"),
  file(
    ".pgpass",
    undefined,
    "passwords of PostgreSQL",
    "psql pg_dump pg_restore pg_dumpall pg_basebackup createdb dropdb vacuumdb pgbench",
  ),
  plain(
    ".my.cnf",
    undefined,
    "MySQL's settings, with a password in them",
    "mysql mysqldump mysqladmin mariadb mariadb-dump my_print_defaults",
  ),
  file(".credentials.json", ".claude", "the credentials of Claude Code", "claude cli"),
  plain("auth.json", ".codex", "the credentials of Codex", "codex"),
  file("oauth_creds.json", ".gemini", "the credentials of Gemini", "gemini"),
];

/** Directories that are carried off as a whole. */
export const CREDENTIAL_DIRECTORIES: ReadonlySet<string> = toSet(
  ".aws .ssh .kube .docker .azure gcloud .gnupg",
);

/** What a file holds that has a credential in it: a member of that name with a value, or a user with a password in an address. */
export const HOLDS_CREDENTIAL =
  /(?:token|passw(?:or)?d|secret|_auth|extraheader|identitytoken|oauth|access_key|private)["'\s]*(?:[=:>]|$)|"auth"\s*:\s*"[^"]|:\/\/[^/\s:@]*:[^/\s@]+@/im;

function file(
  name: string,
  parent: string | undefined,
  what: string,
  readers: string,
): CredentialFile {
  return { name, ...(parent !== undefined && { parent }), what, readers: toSet(readers) };
}

function plain(...given: Parameters<typeof file>): CredentialFile {
  return { ...file(...given), isOftenPlain: true };
}

function toSet(names: string): ReadonlySet<string> {
  return new Set(names.split(" "));
}
