/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Who asks for names, and who connects. What the gates for DNS and for server names see of a client is its port, after the
 * kernel has sent it another way; this is where the port's owner is known. A port is a socket's from its first datagram or
 * connection on.
 */
#pragma once

#include "identity.h"
#include "protocols.h"

#include <bpf/bpf_endian.h>

#define DNS_PORT 53

static __always_inline void note_port_owner(struct port_key *key, u32 pid, u64 start)
{
	struct port_owner owner = {};

	if (!key->port)
		return;
	owner.pid = pid;
	owner.start = start;
	bpf_map_update_elem(&port_owners, key, &owner, BPF_ANY);
}

/* The family of the packets that a connected socket sends. */
static __always_inline u16 packet_family(const struct sock *sock)
{
	u16 family = BPF_CORE_READ(sock, __sk_common.skc_family);
	u32 words[4] = {};

	if (family != AF_INET6)
		return family;
	bpf_core_read(&words, sizeof(words), &sock->__sk_common.skc_v6_daddr);
	return words[0] == 0 && words[1] == 0 && words[2] == MAPPED_PREFIX ? AF_INET : AF_INET6;
}

static __always_inline void fill_port_key(struct port_key *key, const struct sock *sock, u16 protocol)
{
	key->protocol = protocol;
	key->port = BPF_CORE_READ(sock, __sk_common.skc_num);
}

/* A datagram of a socket whose destination is fixed, when it went out. */
static __always_inline void on_connected_datagram(const struct sock *sock)
{
	struct task_struct *task = current_task();
	struct port_key key = {};
	struct task_struct *leader;

	if (BPF_CORE_READ(sock, __sk_common.skc_dport) != bpf_htons(DNS_PORT) || !in_scope(task))
		return;
	fill_port_key(&key, sock, IPPROTO_UDP);
	key.family = packet_family(sock);
	leader = BPF_CORE_READ(task, group_leader);
	note_port_owner(&key, visible_pid(leader), start_ticks(leader));
}

/* Before a datagram to port 53 goes out, and at a connect where the port is bound already. */
static __always_inline void on_datagram_address(const struct sock *sock, struct flow_key *flow)
{
	struct task_struct *leader = BPF_CORE_READ(current_task(), group_leader);
	u32 *words = (u32 *)flow->address;
	struct port_key key = {};

	fill_port_key(&key, sock, IPPROTO_UDP);
	key.family = flow->family;
	if (flow->family == AF_INET6 && words[0] == 0 && words[1] == 0 && words[2] == MAPPED_PREFIX)
		key.family = AF_INET;
	note_port_owner(&key, visible_pid(leader), start_ticks(leader));
}

/* Before it is established a TCP socket may have no port yet (net/ipv4/tcp_ipv4.c, tcp_v4_connect). */
static __always_inline void on_tcp_established(const struct sock *sock, struct flow *flow)
{
	struct port_key key = {};

	fill_port_key(&key, sock, IPPROTO_TCP);
	key.family = packet_family(sock);
	note_port_owner(&key, flow->pid, flow->start);
}
