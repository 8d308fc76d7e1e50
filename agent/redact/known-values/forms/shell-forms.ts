import { toByteMap } from "./byte-map.ts";
import {
  createEscapeTable,
  escapeBytes,
  escapeThese,
  joinTables,
  type EscapeTable,
} from "./escape-bytes.ts";
import { legible, type ByteString, type FormWriter, type ValueSides } from "./form.ts";

const SHELL = legible("shell");

const MAPS = [
  /** `set -x`, and most who quote for a shell. */
  escapeThese({ "'": String.raw`'\''` }),
  /** Python's `shlex.quote`. */
  escapeThese({ "'": `'"'"'` }),
  /** Between double quotes, with and without the history character. */
  backslashed(/["$`\\]/),
  backslashed(/["$`\\!]/),
  /** Ruby's `Shellwords.escape`. */
  joinTables(backslashed(/[^A-Za-z0-9_\-.,:+/@\n]/), escapeThese({ "\n": "'\n'" })),
].map(toByteMap);

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
const PRINTF_Q_MAP = toByteMap(PRINTF_Q);
const ANSI_C_MAPS = [ANSI_C, ANSI_C_OF_UTF8].map(toByteMap);

export function addShellForms({ byteString }: ValueSides, forms: FormWriter): void {
  for (const map of MAPS) forms.addMapped(map, SHELL);
  if (/^#|~/.test(byteString)) forms.add(quoteAsPrintf(byteString), SHELL);
  else forms.addMapped(PRINTF_Q_MAP, SHELL);
  for (const map of ANSI_C_MAPS) forms.addMapped(map, SHELL);
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
