/** Where package managers and the like get packages, or have them signed, unless somebody says otherwise. */

/**
 * By the names of programs, as they are with nothing set up. A job that had all packages in its cache goes there the first time that one
 * is missing. From the manual of each, as of November 2026.
 */
const OWN_REGISTRIES: readonly (readonly [programs: string, hosts: string])[] = [
  ["node npm;node npx;node pnpm;node corepack;modules/pnpm", "registry.npmjs.org"],
  ["node yarn;node corepack", "registry.yarnpkg.com registry.npmjs.org repo.yarnpkg.com"],
  ["bun", "registry.npmjs.org"],
  [
    "python pip;python venv;pip;python poetry;uv;modules/uv;python uv",
    "pypi.org files.pythonhosted.org",
  ],
  ["cargo;rustup", "index.crates.io static.crates.io crates.io static.rust-lang.org"],
  ["go", "proxy.golang.org sum.golang.org"],
  [
    "java;java maven;java gradle-wrapper",
    "repo.maven.apache.org repo1.maven.org plugins.gradle.org plugins-artifacts.gradle.org services.gradle.org",
  ],
  ["dotnet;dotnet nuget", "api.nuget.org"],
  ["ruby bundle;ruby bundler;ruby gem;bundle;gem", "rubygems.org index.rubygems.org"],
  ["php composer", "packagist.org repo.packagist.org"],
  [
    "docker;dockerd;containerd;buildkitd;buildah;podman;skopeo",
    "registry-1.docker.io auth.docker.io production.cloudflare.docker.com",
  ],
  // Its databases, of which it asks the second where the first has none.
  ["trivy", "mirror.gcr.io ghcr.io pkg-containers.githubusercontent.com"],
  // The public log and authority of signatures, which signing by an identity asks by itself.
  ["cosign;node npm;gh", "fulcio.sigstore.dev rekor.sigstore.dev tuf-repo-cdn.sigstore.dev"],
];

const registries = new Set(
  OWN_REGISTRIES.flatMap(([programs, hosts]) =>
    programs.split(";").flatMap((program) => hosts.split(" ").map((host) => `${program}\0${host}`)),
  ),
);

/** All hosts that it was seen at. */
export function isOwnRegistry(program: string, hosts: ReadonlySet<string>): boolean {
  return (
    hosts.size > 0 &&
    [...hosts].every((host) => registries.has(`${program}\0${host.toLowerCase()}`))
  );
}
