/** What a run did, in the words in which runs of one job are alike: with no version, number or hash that changes from run to run. */

/** Somebody who was talked to, or asked for, and by which program. */
export interface DestinationFeature {
  readonly kind: "destination";
  readonly program: string;
  /** What one owner has: a registered domain, a tenant's name at a host of many, a block of addresses. */
  readonly domain: string;
  /** 0: it was asked for alone, or has none. */
  readonly port: number;
  /** `dns` of what was asked for alone. */
  readonly transport: string;
}

/** A host below a domain. */
export interface NameFeature {
  readonly kind: "name";
  readonly domain: string;
  /** With `*` for what rotates. */
  readonly name: string;
}

/** Who started whom. What only hands on, a shell say, is left out between the two. */
export interface ProcessFeature {
  readonly kind: "process";
  readonly parent: string;
  readonly program: string;
}

/** A class of paths outside of the workspace that was written to. */
export interface FileFeature {
  readonly kind: "file";
  readonly place: string;
}

/** What somebody else found in the run: a rule of the guard's, or a kind of secret. */
export interface SignalFeature {
  readonly kind: "signal";
  readonly signal: string;
}

export type Feature =
  | DestinationFeature
  | NameFeature
  | ProcessFeature
  | FileFeature
  | SignalFeature;

export type FeatureKind = Feature["kind"];

/** Two features with one key are the same. Texts of features are printable, so none of them holds what stands between them. */
export function toFeatureKey(feature: Feature): string {
  if (feature.kind === "destination") {
    const { program, domain, port, transport } = feature;
    return `destination\0${program}\0${domain}\0${port}\0${transport}`;
  }
  if (feature.kind === "name") return `name\0${feature.domain}\0${feature.name}`;
  if (feature.kind === "process") return `process\0${feature.parent}\0${feature.program}`;
  return feature.kind === "file" ? `file\0${feature.place}` : `signal\0${feature.signal}`;
}
