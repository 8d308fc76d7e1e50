/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Who asks for names. What the DNS gate sees of a client is its port, after the kernel has sent the question another way;
 * this is where the port's owner is known. A port is a socket's from its first datagram or connection on.
 */
#pragma once

#include "identity.h"
#include "protocols.h"

#include <bpf/bpf_endian.h>

#define DNS_PORT 53

static __always_inline void note_dns_client(struct dns_client_key *key, u32 pid, u64 start)
{
	struct dns_client client = {};

	if (!key->port)
		return;
	client.pid = pid;
	client.start = start;
	bpf_map_update_elem(&dns_clients, key, &client, BPF_ANY);
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

static __always_inline void fill_dns_client_key(struct dns_client_key *key, const struct sock *sock, u16 protocol)
{
	key->protocol = protocol;
	key->port = BPF_CORE_READ(sock, __sk_common.skc_num);
}

/* A datagram of a socket whose destination is fixed, when it went out. */
static __always_inline void on_connected_datagram(const struct sock *sock)
{
	struct task_struct *task = current_task();
	struct dns_client_key key = {};
	struct task_struct *leader;

	if (BPF_CORE_READ(sock, __sk_common.skc_dport) != bpf_htons(DNS_PORT) || !in_scope(task))
		return;
	fill_dns_client_key(&key, sock, IPPROTO_UDP);
	key.family = packet_family(sock);
	leader = BPF_CORE_READ(task, group_leader);
	note_dns_client(&key, visible_pid(leader), start_ticks(leader));
}

/* Before a datagram to port 53 goes out, and at a connect where the port is bound already. */
static __always_inline void on_datagram_address(const struct sock *sock, struct flow_key *flow)
{
	struct task_struct *leader = BPF_CORE_READ(current_task(), group_leader);
	u32 *words = (u32 *)flow->address;
	struct dns_client_key key = {};

	fill_dns_client_key(&key, sock, IPPROTO_UDP);
	key.family = flow->family;
	if (flow->family == AF_INET6 && words[0] == 0 && words[1] == 0 && words[2] == MAPPED_PREFIX)
		key.family = AF_INET;
	note_dns_client(&key, visible_pid(leader), start_ticks(leader));
}

/* Before it is established a TCP socket may have no port yet (net/ipv4/tcp_ipv4.c, tcp_v4_connect). */
static __always_inline void on_tcp_established(const struct sock *sock, struct flow *flow)
{
	struct dns_client_key key = {};

	if (flow->key.port != DNS_PORT)
		return;
	fill_dns_client_key(&key, sock, IPPROTO_TCP);
	key.family = packet_family(sock);
	note_dns_client(&key, flow->pid, flow->start);
}
