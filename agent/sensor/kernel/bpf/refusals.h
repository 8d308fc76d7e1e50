/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What the guard refuses the command where policy is enforced: sockets that the packet filter would not judge. Settings are
 * constants to the verifier, so without them nothing of this is left in the programs.
 */
#pragma once

#include "files.h"
#include "protocols.h"

#define CAP_NET_RAW 13
#define PROCEED 1
#define REFUSE 0
/* Cgroups between a socket's own and the guarded one. Nobody nests them deeper; one that does is outside. */
#define MAX_CGROUP_DEPTH 64
#define LOOPBACK_NETWORK 127
#define LOOPBACK_INTERFACE 0x01000000U /* the last word of ::1, little-endian */
#define NO_CGROUP_MASK 3 /* include/linux/cgroup-defs.h of Linux 5.14: is_data and no_refcnt; then it counts as the root */

/* What nftables looks at too (net/netfilter/nft_socket.c): where the socket was made, and not where its user is now. */
static __always_inline struct cgroup *cgroup_of_socket(const struct sock *sock)
{
	struct sock_cgroup_data___packed *packed;
	u64 value = 0;

	if (bpf_core_field_exists(sock->sk_cgrp_data.cgroup))
		return BPF_CORE_READ(sock, sk_cgrp_data.cgroup);
	packed = (void *)&sock->sk_cgrp_data;
	bpf_core_read(&value, sizeof(value), &packed->val);
	return value & NO_CGROUP_MASK ? NULL : (struct cgroup *)value;
}

struct cgroup_walk {
	struct cgroup *cgroup;
	bool is_within;
};

static long climb_cgroup(u32 step, void *context)
{
	struct cgroup_walk *walk = context;
	struct cgroup *cgroup = walk->cgroup;

	walk->is_within = BPF_CORE_READ(cgroup, kn, id) == settings.guarded_cgroup;
	walk->cgroup = BPF_CORE_READ(cgroup, self.parent, cgroup);
	return walk->is_within || !walk->cgroup;
}

static __noinline int is_judged(u64 sock)
{
	struct cgroup_walk walk = {};

	walk.cgroup = cgroup_of_socket((const struct sock *)sock);
	repeat(MAX_CGROUP_DEPTH, MAX_CGROUP_DEPTH, climb_cgroup, &walk);
	return walk.is_within;
}

/* The packet filter's tables are those of one network namespace. */
static __always_inline bool is_elsewhere(const struct sock *sock)
{
	return BPF_CORE_READ(sock, __sk_common.skc_net.net, ns.inum) != settings.guarded_network;
}

/* Sandboxes without a network talk to themselves. */
static __always_inline bool leaves_machine(struct flow_key *key)
{
	u32 *words = (u32 *)key->address;

	if (key->family == AF_INET)
		return words[0] != 0 && key->address[0] != LOOPBACK_NETWORK;
	if (words[0] != 0 || words[1] != 0)
		return true;
	if (words[2] == MAPPED_PREFIX)
		return words[3] != 0 && key->address[12] != LOOPBACK_NETWORK;
	return words[2] != 0 || (words[3] != 0 && words[3] != LOOPBACK_INTERFACE);
}

/* What a hook returns for this socket in the hands of this task; `leaves` where it may send beyond the machine now. */
static __always_inline int decide_socket(struct task_struct *task, const struct sock *sock, bool leaves)
{
	struct privileged_record record = {};
	bool elsewhere;

	if (!settings.guarded_cgroup || !is_tracked(task))
		return PROCEED;
	elsewhere = leaves && is_elsewhere(sock);
	if (!elsewhere && is_judged((u64)sock))
		return PROCEED;
	fill_header(&record.header, RECORD_PRIVILEGED, task);
	record.operation = PRIVILEGED_SOCKET_OUTSIDE_CGROUP;
	record.result = settings.refuses ? -EPERM : 0;
	record.arguments[0] = BPF_CORE_READ(sock, __sk_common.skc_family);
	if (elsewhere)
		record.arguments[0] |= (u64)SOCKET_IN_OTHER_NETWORK << 32;
	record.arguments[1] = (u64)BPF_CORE_READ(sock, sk_type) << 32 | BPF_CORE_READ(sock, sk_protocol);
	emit(&record, sizeof(record), RECORD_PRIVILEGED);
	return settings.refuses ? REFUSE : PROCEED;
}

/* Frames of these pass no chain of the packet filter that knows a cgroup. */
static __always_inline bool is_refused_family(struct task_struct *task, u64 family)
{
	return settings.refuses_packet_sockets && (family == AF_PACKET || family == AF_XDP) && is_tracked(task);
}

static __always_inline bool may_make_raw_sockets(struct task_struct *task)
{
	u32 capabilities = 0;
	const struct cred *cred = BPF_CORE_READ(task, cred);

	bpf_core_read(&capabilities, sizeof(capabilities), &cred->cap_effective);
	return capabilities & 1U << CAP_NET_RAW;
}
