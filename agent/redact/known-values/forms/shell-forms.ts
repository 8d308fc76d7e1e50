import {
  createEscapeTable,
  escapeBytes,
  escapeThese,
  joinTables,
  type EscapeTable,
} from "./escape-bytes.ts";
import { legible, type AddForm, type ByteString, type ValueSides } from "./form.ts";

const SHELL = legible("shell");

const TABLES: readonly EscapeTable[] = [
  /** `set -x`, and most who quote for a shell. */
  escapeThese({ "'": String.raw`'\''` }),
  /** Python's `shlex.quote`. */
  escapeThese({ "'": `'"'"'` }),
  /** Between double quotes, with and without the history character. */
  backslashed(/["$`\\]/),
  backslashed(/["$`\\!]/),
  /** Ruby's `Shellwords.escape`. */
  joinTables(backslashed(/[^A-Za-z0-9_\-.,:+/@\n]/), escapeThese({ "\n": "'\n'" })),
];

/** bash: sh_backslash_quote in lib/sh/shquote.c. */
const PRINTF_Q = backslashed(/[ !"$&'()*,;<>?[\\\]^`{|}]/);
const NOT_PRINTABLE = /[^ -~]/;
/** Between `$'` and `'`. bash: ansic_quote in lib/sh/strtrans.c; it escapes bytes above ASCII where the locale is C. */
const ANSI_C = joinTables(
  createEscapeTable((byte) =>
    NOT_PRINTABLE.test(String.fromCharCode(byte))
      ? `\\${byte.toString(8).padStart(3, "0")}`
      : undefined,
  ),
  escapeThese({
    "\x07": "\\a",
    "\b": "\\b",
    "\x1b": "\\E",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
    "'": "\\'",
  }),
);
const ANSI_C_OF_UTF8 = createEscapeTable((byte) => (byte < 0x80 ? ANSI_C[byte] : undefined));

export function addShellForms({ byteString }: ValueSides, add: AddForm): void {
  for (const table of TABLES) add(escapeBytes(byteString, table), SHELL);
  add(quoteAsPrintf(byteString), SHELL);
  add(escapeBytes(byteString, ANSI_C), SHELL);
  add(escapeBytes(byteString, ANSI_C_OF_UTF8), SHELL);
}

/** `~` and `#` mean something at the start alone, and `~` after what may begin a path too. */
function quoteAsPrintf(byteString: ByteString): ByteString {
  const quoted = escapeBytes(byteString, PRINTF_Q).replaceAll(/([=:])~/g, "$1\\~");
  return /^[~#]/.test(quoted) ? `\\${quoted}` : quoted;
}

function backslashed(these: RegExp): EscapeTable {
  return createEscapeTable((byte) => {
    const character = String.fromCharCode(byte);
    return byte < 0x80 && these.test(character) ? `\\${character}` : undefined;
  });
}
