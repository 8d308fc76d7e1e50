/** Writes shapes into the scanner's tables, each as event-scanner.c has it. */
import type { ScannedObject, ScannedShape } from "./scanned-shape.ts";
import type { ScannerModule } from "./scanner-module.ts";

/** A kind of event, and which members of it are told, as paths: `destination.port`. */
export interface LoadedKind {
  readonly kind: string;
  readonly shape: ScannedObject;
  readonly told: readonly string[];
  /** The one of these that is added up of lines that are alike in the others; undefined: none are. */
  readonly sum: string | undefined;
  /** The first one counts where the second is not there. */
  readonly standIn: readonly [standIn: string, stoodFor: string] | undefined;
}

const TYPES = [
  "text",
  "timestamp",
  "process-id",
  "word",
  "integer",
  "flag",
  "list",
  "object",
  "record",
] as const satisfies readonly ScannedShape["type"][];
const BOUNDS = { shapes: 256, members: 256, names: 256, nameBytes: 8_192, kinds: 16, slots: 8 };
/** Of one object: which of them were seen is a word's bits. */
const MAX_MEMBERS_OF_OBJECT = 32;
/** Of a name with its quotes and its colon: so much may be read behind any byte of a text. */
const MAX_NAME_BYTES = 32;
const NO_MIN = -(2 ** 31);
const NO_MAX = 2 ** 31 - 1;

interface Place {
  readonly path: string;
  readonly told: readonly string[];
}

export function loadShapes(module: ScannerModule, kinds: readonly LoadedKind[]): void {
  const shapes: number[][] = [];
  const members: number[][] = [];
  const names: number[][] = [];
  const bytes: number[] = [];
  const addBytes = (text: string): [at: number, length: number] => {
    const encoded = Buffer.from(text);
    if (encoded.length > MAX_NAME_BYTES) throw new Error(`${text}: too long for the scanner`);
    const at = bytes.length;
    bytes.push(...encoded);
    return [at, encoded.length];
  };
  const addNames = (words: readonly string[]): [first: number, count: number] => {
    const first = names.length;
    names.push(...words.map((word) => addBytes(JSON.stringify(word))));
    return [first, words.length];
  };
  const addMembers = ({ members: all }: ScannedObject, { path, told }: Place): [number, number] => {
    if (all.length > MAX_MEMBERS_OF_OBJECT) throw new Error(`${path}: too many members`);
    // Those of objects inside come first, so that these are in a row.
    const rows = all.map(({ name, isRequired, of }) => {
      const inside = { path: path === "" ? name : `${path}.${name}`, told };
      return [...addBytes(`${JSON.stringify(name)}:`), addShape(of, inside), Number(isRequired)];
    });
    const first = members.length;
    members.push(...rows);
    return [first, rows.length];
  };
  const addShape = (shape: ScannedShape, place: Place): number => {
    const slot = place.told.indexOf(place.path) + 1;
    const { type, isNullable = false } = shape;
    const [first, count] =
      type === "word"
        ? addNames(shape.words)
        : type === "record"
          ? addNames(shape.names)
          : type === "object"
            ? addMembers(shape, place)
            : [0, 0];
    // What is in a list, or a record, is many: none of it is told.
    const inside =
      type === "list" || type === "record" ? addShape(shape.of, { path: "", told: [] }) : 0;
    const [min, max] =
      type === "integer" ? [shape.min ?? NO_MIN, shape.max ?? NO_MAX] : [NO_MIN, NO_MAX];
    shapes.push([TYPES.indexOf(type), Number(isNullable), slot, first, count, inside, min, max]);
    return shapes.length - 1;
  };
  const rows = kinds.map(({ kind, shape, told, sum, standIn }) => {
    const [sumSlot, ...standInSlots] = [sum, standIn?.[0], standIn?.[1]].map((path) =>
      path === undefined ? 0 : told.indexOf(path) + 1,
    );
    if (told.length > BOUNDS.slots) throw new Error(`${kind}: more is told than there is room for`);
    const shapeIndex = addShape(shape, { path: "", told });
    return [...addBytes(JSON.stringify(kind)), shapeIndex, sumSlot ?? 0, ...standInSlots];
  });
  check("shapes", shapes.length);
  check("members", members.length);
  check("names", names.length);
  check("nameBytes", bytes.length);
  check("kinds", rows.length);
  const write = (at: number, table: readonly (readonly number[])[]): void =>
    new Int32Array(module.memory.buffer).set(table.flat(), at / Int32Array.BYTES_PER_ELEMENT);
  write(module.shapesAt, shapes);
  write(module.membersAt, members);
  write(module.namesAt, names);
  write(module.kindsAt, rows);
  new Uint8Array(module.memory.buffer).set(bytes, module.nameBytesAt);
  module.setKindCount(rows.length);
}

function check(table: keyof typeof BOUNDS, length: number): void {
  if (length <= BOUNDS[table]) return;
  throw new Error(`the scanner has room for ${BOUNDS[table]} ${table}, and there are ${length}`);
}
