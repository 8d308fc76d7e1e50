import type { Play } from "../play.ts";

export const preloadInjection: Play = {
  rule: "preload-injection",
  does: "starts a program with an empty library of its own before all others",
  play({ put, runScript }) {
    put("libnothing.so", "");
    runScript('LD_PRELOAD="$PWD/libnothing.so" /bin/true\n');
  },
};
