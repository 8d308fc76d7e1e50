/** The kernel headers' and libraries' folder for each processor, in Debian's words. */
export const MULTIARCH = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

/** Where Debian has libraries of Go. */
const GO_LIBRARIES = "/usr/share/gocode/src";
const WITHOUT_GO = "the Helm chart cannot be rendered";

const triple = process.arch === "arm64" ? MULTIARCH.arm64 : MULTIARCH.x64;
const libraryFolders = [
  `/usr/lib/${triple}`,
  `/lib/${triple}`,
  "/usr/lib64",
  "/lib64",
  "/usr/lib",
  "/usr/local/lib",
];

/**
 * @typedef {object} SystemPackage
 * @property {string} name Debian's and Ubuntu's name for it.
 * @property {{ command: string } | { anyFile: string[] }} proof What is there when it is installed, from wherever it came.
 * @property {"running" | "building" | "testing"} neededFor
 * @property {string} without What is lost without it.
 */

/** @type {readonly SystemPackage[]} */
export const SYSTEM_PACKAGES = [
  {
    name: "libbpf1",
    proof: { anyFile: libraryFolders.map((folder) => `${folder}/libbpf.so.1`) },
    neededFor: "running",
    without: "no kernel sensor: short-lived processes and connections are missed",
  },
  {
    name: "nftables",
    proof: { command: "nft" },
    neededFor: "running",
    without: "no blocking of connections",
  },
  {
    name: "clang",
    proof: { command: "clang" },
    neededFor: "building",
    without: "the kernel sensor's program cannot be compiled",
  },
  {
    name: "llvm",
    proof: { command: "llvm-strip" },
    neededFor: "building",
    without: "the kernel sensor's program cannot be stripped of what it does not need",
  },
  {
    name: "libbpf-dev",
    proof: { anyFile: ["/usr/include/bpf/bpf_helpers.h", "/usr/local/include/bpf/bpf_helpers.h"] },
    neededFor: "building",
    without: "the kernel sensor's program cannot be compiled",
  },
  {
    name: "libc6-dev",
    proof: { anyFile: ["/usr/include/stdio.h"] },
    neededFor: "building",
    without: "neither the kernel sensor's program nor the sample job can be compiled",
  },
  {
    name: "jq",
    proof: { command: "jq" },
    neededFor: "testing",
    without: "how runners without a controller are registered is not tried",
  },
  {
    name: "lld",
    proof: { command: "wasm-ld" },
    neededFor: "testing",
    without: "whether the scanner is what its source is compiled to cannot be tested",
  },
  {
    name: "gcc",
    proof: { command: "gcc" },
    neededFor: "testing",
    without: "the sample job and the tests have nothing to compile with",
  },
  {
    name: "make",
    proof: { command: "make" },
    neededFor: "testing",
    without: "the sample job has nothing to build with",
  },
  {
    name: "iproute2",
    proof: { command: "ip" },
    neededFor: "testing",
    without: "tests that make their own network are left out",
  },
  {
    name: "procps",
    proof: { command: "sysctl" },
    neededFor: "testing",
    without: "tests that make their own network are left out",
  },
  {
    name: "openssl",
    proof: { command: "openssl" },
    neededFor: "testing",
    without: "the servers that tests block connections to have no certificates",
  },
  {
    name: "curl",
    proof: { command: "curl" },
    neededFor: "testing",
    without: "tests of blocked connections have no HTTP client",
  },
  {
    name: "bind9-dnsutils",
    proof: { command: "dig" },
    neededFor: "testing",
    without: "tests of blocked names have nothing to ask other name servers with",
  },
  {
    name: "iputils-ping",
    proof: { command: "ping" },
    neededFor: "testing",
    without: "tests of blocked ICMP have nothing to send it with",
  },
  {
    name: "netcat-openbsd",
    proof: { command: "nc" },
    neededFor: "testing",
    without: "tests of blocked connections have no plain TCP and UDP client",
  },
  {
    name: "openssh-client",
    proof: { command: "ssh" },
    neededFor: "testing",
    without: "tests of blocked connections have no SSH client",
  },
  {
    name: "python3",
    proof: { command: "python3" },
    neededFor: "testing",
    without: "tests have nothing to send raw packets with",
  },
  {
    name: "iptables",
    proof: { command: "iptables" },
    neededFor: "testing",
    without: "what other programs do to the firewall cannot be tested",
  },
  {
    name: "sudo",
    proof: { command: "sudo" },
    neededFor: "testing",
    without: "that a job cannot become root any more cannot be tested",
  },
  {
    name: "dnsmasq-base",
    proof: { command: "dnsmasq" },
    neededFor: "testing",
    without: "the name server of the guard has none to be measured against",
  },
  {
    name: "chromium",
    proof: { command: "chromium" },
    neededFor: "testing",
    without: "no page of the dashboard is tried in a browser",
  },
  {
    name: "golang-go",
    proof: { anyFile: ["/usr/bin/go", "/usr/local/bin/go", "/usr/lib/go-1.19/bin/go"] },
    neededFor: "testing",
    without: WITHOUT_GO,
  },
  {
    name: "golang-github-masterminds-sprig-dev",
    proof: { anyFile: [`${GO_LIBRARIES}/github.com/Masterminds/sprig/functions.go`] },
    neededFor: "testing",
    without: WITHOUT_GO,
  },
  {
    name: "golang-k8s-sigs-yaml-dev",
    proof: { anyFile: [`${GO_LIBRARIES}/sigs.k8s.io/yaml/yaml.go`] },
    neededFor: "testing",
    without: WITHOUT_GO,
  },
  {
    name: "golang-github-xeipuuv-gojsonschema-dev",
    proof: { anyFile: [`${GO_LIBRARIES}/github.com/xeipuuv/gojsonschema/validation.go`] },
    neededFor: "testing",
    without: WITHOUT_GO,
  },
];
