/** Types of records by number, from IANA's list; those that are met, and those that the gate treats in a way of their own. */
export const TYPE = {
  a: 1,
  ns: 2,
  cname: 5,
  soa: 6,
  ptr: 12,
  mx: 15,
  txt: 16,
  aaaa: 28,
  srv: 33,
  naptr: 35,
  dname: 39,
  opt: 41,
  rrsig: 46,
  nsec: 47,
  nsec3: 50,
  svcb: 64,
  https: 65,
} as const;

export const CLASS_IN = 1;

const NAMES: ReadonlyMap<number, string> = new Map([
  [1, "A"],
  [2, "NS"],
  [5, "CNAME"],
  [6, "SOA"],
  [12, "PTR"],
  [13, "HINFO"],
  [15, "MX"],
  [16, "TXT"],
  [28, "AAAA"],
  [33, "SRV"],
  [35, "NAPTR"],
  [39, "DNAME"],
  [43, "DS"],
  [44, "SSHFP"],
  [46, "RRSIG"],
  [47, "NSEC"],
  [48, "DNSKEY"],
  [50, "NSEC3"],
  [52, "TLSA"],
  [64, "SVCB"],
  [65, "HTTPS"],
  [99, "SPF"],
  [251, "IXFR"],
  [252, "AXFR"],
  [255, "ANY"],
  [256, "URI"],
  [257, "CAA"],
]);

/** `TYPE65280` for one without a name (RFC 3597 §5). */
export function toTypeName(type: number): string {
  return NAMES.get(type) ?? `TYPE${type}`;
}

/**
 * What asks for something other than records of one type: 128 to 255 are the types of questions and of what accompanies
 * messages (RFC 6895 §3.1): transfers, ANY, signatures of transactions. OPT is no record, and 0 is reserved.
 */
export function isMetaType(type: number): boolean {
  return type === 0 || type === TYPE.opt || (type >= 128 && type <= 255);
}
