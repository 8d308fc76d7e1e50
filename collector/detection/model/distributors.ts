/** Hosts that hand out what their operator makes. */

/**
 * Of toolchains, distributions and the services of a machine. Nobody but the operator can receive anything there, nor put anything
 * there: so no registry that anybody may publish to, no proxy that asks others on behalf of who asks it (proxy.golang.org), no storage,
 * no redirection to mirrors of others. From the installation instructions of each. As of November 2026.
 */
const DISTRIBUTORS: ReadonlySet<string> = new Set([
  "nodejs.org",
  "dl.yarnpkg.com",
  "go.dev",
  "dl.google.com",
  "static.rust-lang.org",
  "sh.rustup.rs",
  "www.python.org",
  "cache.ruby-lang.org",
  "packages.adoptium.net",
  "api.adoptium.net",
  "services.gradle.org",
  "downloads.gradle.org",
  "builds.dotnet.microsoft.com",
  "packages.microsoft.com",
  "dl.k8s.io",
  "get.helm.sh",
  "releases.hashicorp.com",
  "apt.releases.hashicorp.com",
  "download.docker.com",
  "cli.github.com",
  "apt.llvm.org",
  "apt.postgresql.org",
  "archive.ubuntu.com",
  "azure.archive.ubuntu.com",
  "security.ubuntu.com",
  "ports.ubuntu.com",
  "esm.ubuntu.com",
  "changelogs.ubuntu.com",
  "motd.ubuntu.com",
  "ntp.ubuntu.com",
  "deb.debian.org",
  "security.debian.org",
  "dl-cdn.alpinelinux.org",
  "cdn.playwright.dev",
  "playwright.download.prss.microsoft.com",
  "download.cypress.io",
  "cdn.cypress.io",
  "binaries.prisma.sh",
  "downloads.sentry-cdn.com",
  "artifacts.electronjs.org",
  "download.pytorch.org",
  "api.snapcraft.io",
  "cdn.fwupd.org",
]);

/** All of them, as they were in full. */
export function isDistributor(hosts: Iterable<string>): boolean {
  let count = 0;
  for (const host of hosts) {
    if (!DISTRIBUTORS.has(host.toLowerCase())) return false;
    count += 1;
  }
  return count > 0;
}
