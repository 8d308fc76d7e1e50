/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The part of the kernel sensor that runs inside the kernel. It observes; it interferes only where the agent asks for it in
 * `settings` (refusals.h), and else every program returns what the kernel would have done without it. Programs that a
 * kernel refuses are left out by the agent, so none depends on another one.
 *
 * The guard waits for the kernel's check of these, so what is long and called from several places is a function that is not
 * static: the verifier looks at such a one by itself and once, and at a static or an inlined one at each of its calls. It
 * knows nothing of what goes in and comes out, hence addresses as u64 and indices of slots.
 */
#include "bpf/network.h"
#include "bpf/io-uring.h"
#include "bpf/memory-uses.h"
#include "bpf/system-call-starts.h"

char LICENSE[] SEC("license") = "GPL";
