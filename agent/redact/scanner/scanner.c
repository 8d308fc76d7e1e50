/*
 * The loops over every byte. They say where something may be; TypeScript, which sees a thousandth of the bytes, decides. Each of the headers is one of them,
 * or what some of them share, and all are compiled as one, to WebAssembly by scripts/build-scanner.mjs; scanner.ts holds the same layouts and owns all memory
 * from __heap_base on.
 */
#include "anchors.h"
#include "windows.h"
#include "lines.h"
#include "strip.h"
#include "runs.h"
#include "escapes.h"
#include "plain-runs.h"
