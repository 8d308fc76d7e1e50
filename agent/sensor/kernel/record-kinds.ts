/** `enum record_kind` of bpf/records.h. */
export const RECORD = {
  fork: 1,
  exec: 2,
  exit: 3,
  connect: 4,
  flow: 5,
  connectUnix: 6,
  file: 7,
  fileRead: 8,
  memory: 9,
  privileged: 10,
} as const;

export type RecordKind = (typeof RECORD)[keyof typeof RECORD];

export const RECORD_KINDS = 11;

/** How losses are named in reports. */
export const RECORD_NAMES: ReadonlyMap<RecordKind, string> = new Map([
  [RECORD.fork, "fork"],
  [RECORD.exec, "exec"],
  [RECORD.exit, "exit"],
  [RECORD.connect, "connection"],
  [RECORD.flow, "connection-result"],
  [RECORD.connectUnix, "unix-connection"],
  [RECORD.file, "file"],
  [RECORD.fileRead, "file-read"],
  [RECORD.memory, "memory-access"],
  [RECORD.privileged, "privileged-operation"],
]);
