/** Compilers and what they start, with the cross and version marks that distributions put round their names. */
const COMPILERS =
  /^(?:[\w.]+-linux-gnu\w*-)?(?:gcc|g\+\+|cc|c\+\+|cpp|cc1|cc1plus|clang|clang\+\+|as|ld|ld\.\w+|collect2|lto1|lto-wrapper|ar|ranlib|nm|strip|objcopy|objdump|rustc|javac|go|compile|link|asm)(?:-[\d.]+)?$/;

const TOOLS = new Set(
  `basename bash cat chmod cmake cmp cp cut dash date diff dirname du echo env expr false file find git grep egrep fgrep
   gmake gzip gunzip head hostname id install ln ls m4 make mkdir mktemp mv ninja nice node nproc od paste pkg-config pwd
   readlink realpath rm rmdir sed seq sh sleep sort stat tail tar tee test touch tr true uname uniq wc which xargs xz yes`.split(
    /\s+/,
  ),
);

/** Where only root installs: a `cc1` found elsewhere is not taken for the compiler. */
const SYSTEM_DIRECTORY = /^\/(?:usr|bin|sbin|lib|lib64|opt)\//;

/** `gcc-14` for `/usr/bin/x86_64-linux-gnu-gcc-14`. */
export function toolName(executable: string): string {
  return executable.slice(executable.lastIndexOf("/") + 1).replace(/^[\w.]+-linux-gnu\w*-/, "");
}

/** Something every build runs, in the place where it belongs. */
export function isEverydayTool(executable: string): boolean {
  const name = executable.slice(executable.lastIndexOf("/") + 1);
  return SYSTEM_DIRECTORY.test(executable) && (COMPILERS.test(name) || TOOLS.has(name));
}
