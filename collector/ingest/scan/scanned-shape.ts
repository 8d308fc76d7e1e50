/** What the scanner knows of events: the shapes that it can tell from bytes alone. */
export type ScannedShape = { readonly isNullable?: true } & (
  | { readonly type: "text" | "timestamp" | "process-id" | "flag" }
  | { readonly type: "word"; readonly words: readonly string[] }
  | { readonly type: "integer"; readonly min?: number; readonly max?: number }
  | { readonly type: "list"; readonly of: ScannedShape }
  | ScannedObject
  | { readonly type: "record"; readonly names: readonly string[]; readonly of: ScannedShape }
);

export interface ScannedObject {
  readonly type: "object";
  readonly members: readonly ScannedMember[];
}

export interface ScannedMember {
  readonly name: string;
  readonly isRequired: boolean;
  readonly of: ScannedShape;
}

/** Kinds that a build has many of, and that are made of these shapes alone. Others are read the long way. */
export const SCANNED_KINDS = [
  "process-started",
  "process-exited",
  "connection",
  "dns-query",
  "file-written",
  "file-read",
] as const;

export type ScannedKind = (typeof SCANNED_KINDS)[number];
