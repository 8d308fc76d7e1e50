/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The part of the kernel sensor that runs inside the kernel. It observes; it interferes only where the agent asks for it in
 * `settings` (refusals.h), and else every program returns what the kernel would have done without it. Programs that a
 * kernel refuses are left out by the agent, so none depends on another one.
 */
#include "bpf/network.h"
#include "bpf/io-uring.h"
#include "bpf/memory-uses.h"
#include "bpf/system-call-starts.h"

char LICENSE[] SEC("license") = "GPL";
