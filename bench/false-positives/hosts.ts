/** Hosts that rotate, as services document them or users have seen them. */
import type { HostPool } from "./act.ts";

function numbered(count: number, toHost: (number: number) => string): HostPool {
  return { hosts: Array.from({ length: count }, (_, index) => toHost(index)) };
}

/** Of caches and artifacts: `productionresultssaN`, seen from 0 to 19 in issues of actions/upload-artifact and actions/cache. */
export const RESULTS_STORAGE = numbered(20, (n) => `productionresultssa${n}.blob.core.windows.net`);

export const RUN_SERVICE = numbered(
  8,
  (n) =>
    `run-actions-${1 + (n % 4)}-azure-${n < 4 ? "eastus" : "centralus"}.actions.githubusercontent.com`,
);

/** quay.io sends layers from cdn.quay.io and cdn01 to cdn06. */
export const QUAY_CDN: HostPool = {
  hosts: ["cdn.quay.io", ...Array.from({ length: 6 }, (_, index) => `cdn0${index + 1}.quay.io`)],
};

/** Google's edge: `rN---sn-<place>.gvt1.com`. */
export const GVT1 = numbered(
  60,
  (n) =>
    `r${1 + (n % 6)}---sn-${["4g5e6nez", "4g5ednsy", "5hne6nzk", "q4flrnek", "a5meknzr"][n % 5]}.gvt1.com`,
);

/** mirrors.ctan.org sends each who asks to a mirror near by; those are at universities and companies. */
export const CTAN_MIRRORS: HostPool = {
  hosts: [
    "ctan.math.illinois.edu",
    "mirrors.mit.edu",
    "mirror.ctan.org",
    "ctan.mirrors.hoobly.com",
    "mirrors.rit.edu",
    "mirror.math.princeton.edu",
    "mirrors.concertpass.com",
    "ftp.fau.de",
    "ctan.joethei.xyz",
    "mirror.physik.tu-berlin.de",
    "mirror.las.iastate.edu",
    "mirrors.ibiblio.org",
  ],
};

/** Services that workflows take on, by programs of their own or by curl: coverage, quality, releases, chat. */
export const SERVICES: readonly { readonly program: string; readonly hosts: readonly string[] }[] =
  [
    {
      program: "/home/runner/work/_actions/codecov/codecov-action/v5/dist/codecov",
      hosts: ["cli.codecov.io", "ingest.codecov.io"],
    },
    {
      program: "/home/runner/.sonar/native-sonar-scanner/sonar-scanner-6.2.1/bin/sonar-scanner",
      hosts: ["sonarcloud.io", "scanner.sonarcloud.io"],
    },
    { program: "/usr/bin/curl", hosts: ["hooks.slack.com"] },
    {
      program: "/opt/hostedtoolcache/snyk/1.1294.0/x64/snyk",
      hosts: ["api.snyk.io", "downloads.snyk.io"],
    },
    {
      program: "/usr/local/bin/aws",
      hosts: ["sts.us-east-1.amazonaws.com", "acme-builds.s3.us-east-1.amazonaws.com"],
    },
    { program: "/usr/local/bin/trivy", hosts: ["mirror.gcr.io", "ghcr.io"] },
    {
      program: "/opt/hostedtoolcache/node/22.11.0/x64/bin/node",
      hosts: ["o447951.ingest.us.sentry.io"],
    },
    {
      program: "/usr/local/bin/cosign",
      hosts: ["fulcio.sigstore.dev", "rekor.sigstore.dev", "tuf-repo-cdn.sigstore.dev"],
    },
    { program: "/usr/bin/curl", hosts: ["coveralls.io"] },
    { program: "/usr/local/bin/fossa", hosts: ["app.fossa.com"] },
  ];

/** Where install scripts of packages get their binaries, but for GitHub's releases. */
export const BINARY_HOSTS: readonly string[] = [
  "cdn.playwright.dev",
  "binaries.prisma.sh",
  "downloads.sentry-cdn.com",
  "download.cypress.io",
  "storage.googleapis.com",
  "nodejs.org",
  "cdn.jsdelivr.net",
  "unpkg.com",
  "download.pytorch.org",
  "artifacts.electronjs.org",
];
