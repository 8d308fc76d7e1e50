/**
 * Where clouds tell a machine who it is, and give it credentials. From the providers' documentation of their instance metadata,
 * compared in November 2026.
 */

interface MetadataService {
  /** Where the port matters, for others of the provider's services share the address. */
  readonly ports?: readonly number[];
  readonly of: string;
}

/** Amazon, Azure, Google, Oracle, OpenStack, DigitalOcean, Hetzner and IBM share the first. */
export const METADATA_SERVICES: ReadonlyMap<string, MetadataService> = new Map<
  string,
  MetadataService
>([
  ["169.254.169.254", { of: "the cloud's metadata service" }],
  ["fd00:ec2::254", { of: "the metadata service of EC2" }],
  ["169.254.170.2", { of: "the credentials of ECS tasks" }],
  ["169.254.170.23", { of: "the credentials of EKS pods" }],
  ["fd00:ec2::23", { of: "the credentials of EKS pods" }],
  ["168.63.129.16", { of: "Azure's WireServer", ports: [80, 32_526] }],
  ["fd20:ce::254", { of: "the metadata service of Google Cloud" }],
  ["100.100.100.200", { of: "the metadata service of Alibaba Cloud" }],
  ["169.254.0.23", { of: "the metadata service of Tencent Cloud" }],
  ["169.254.42.42", { of: "the metadata service of Scaleway" }],
  ["fd00:42::42", { of: "the metadata service of Scaleway" }],
  ["192.0.0.192", { of: "the metadata service of Oracle Cloud" }],
  ["fd00:c1::a9fe:a9fe", { of: "the metadata service of Oracle Cloud" }],
]);

/** The same address answers for names and for the time at Google and Amazon. */
export const HARMLESS_METADATA_PORTS: ReadonlySet<number> = new Set([53, 123]);

/** By name; with the address that they have. */
export const METADATA_NAMES: ReadonlyMap<string, string> = new Map([
  ["metadata.google.internal", "169.254.169.254"],
  ["metadata.goog", "169.254.169.254"],
  ["instance-data", "169.254.169.254"],
  ["instance-data.ec2.internal", "169.254.169.254"],
  ["metadata.tencentyun.com", "169.254.0.23"],
  ["metadata.packet.net", "metadata.packet.net"],
  ["metadata.platformequinix.com", "metadata.platformequinix.com"],
]);
