/** From the bytes of bpf/records.h to observations. Bytes that make no sense give nothing; nothing here throws. */
import type { Observation } from "../../observation.ts";
import { decodeExec } from "./decode-exec.ts";
import { decodeFile, decodeFileRead } from "./decode-file.ts";
import { decodeConnect, decodeFlow, decodeUnixConnect } from "./decode-network.ts";
import { decodeMemory, decodePrivileged } from "./decode-privileged.ts";
import { decodeExit, decodeFork } from "./decode-process.ts";
import type { RecordClock } from "./record-clock.ts";
import { RECORD } from "./record-kinds.ts";
import { HEADER_SIZE, RecordView } from "./record-view.ts";

export interface DecodeContext {
  readonly clock: RecordClock;
  readonly watchedEnvironment: ReadonlySet<string>;
  /** The path of a cgroup v2 directory by its inode number, where it can be found. */
  readonly cgroupPath: (id: number) => string | undefined;
}

export type RecordDecoder = (
  data: Buffer,
  offset: number,
  length: number,
) => Observation | undefined;

export function createRecordDecoder(context: DecodeContext): RecordDecoder {
  const view = new RecordView();
  return (data, offset, length) => {
    view.point(data, offset, length);
    return view.length < HEADER_SIZE ? undefined : decode(view, context);
  };
}

function decode(view: RecordView, context: DecodeContext): Observation | undefined {
  const at = context.clock(view.time);
  switch (view.kind) {
    case RECORD.fork:
      return decodeFork(view, at);
    case RECORD.exec:
      return decodeExec(view, at, context);
    case RECORD.exit:
      return decodeExit(view, at);
    case RECORD.connect:
      return decodeConnect(view, at);
    case RECORD.flow:
      return decodeFlow(view, at);
    case RECORD.connectUnix:
      return decodeUnixConnect(view, at);
    case RECORD.file:
      return decodeFile(view, at);
    case RECORD.fileRead:
      return decodeFileRead(view, at);
    case RECORD.memory:
      return decodeMemory(view, at);
    case RECORD.privileged:
      return decodePrivileged(view, at);
    default:
      return undefined;
  }
}
