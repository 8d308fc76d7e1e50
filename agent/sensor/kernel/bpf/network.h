/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Connections. The cgroup hooks run inside connect() and sendmsg(), after the kernel has copied the address and whichever
 * way the call came (also through io_uring), so that nothing in user memory can be changed behind their back. They may be
 * preempted, hence records of fixed size on the stack.
 */
#pragma once

#include "scratch.h"

#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

#include "port-owners.h"
#include "refusals.h"

#define TCP_SYN_SENT 2 /* include/net/tcp_states.h */
#define TCP_CLOSE 7
#define TCP_LISTEN 10
#define SOCK_DONE (1 << 1) /* enum sock_flags in include/net/sock.h */

static __always_inline void emit_connect(struct task_struct *task, struct flow_key *key, bool sends)
{
	struct connect_record record = {};

	fill_header(&record.header, RECORD_CONNECT, task);
	record.header.flags = sends ? 0 : CONNECT_SENDS_NOTHING;
	record.key = *key;
	emit(&record, sizeof(record), RECORD_CONNECT);
}

/*
 * A socket's address in memory is its own from its making to its end, whereas it gets its cookie whenever somebody first
 * asks for one (net/core/sock_diag.c, __sock_gen_cookie). Entries are therefore kept by address.
 */
static __always_inline void remember_flow(const struct sock *sock, struct flow_key *key, u64 cookie)
{
	struct task_struct *leader = BPF_CORE_READ(current_task(), group_leader);
	u64 address = (u64)sock;
	struct flow flow = {};

	flow.key = *key;
	flow.pid = visible_pid(leader);
	flow.start = start_ticks(leader);
	flow.cookie = cookie;
	bpf_map_update_elem(&flows, &address, &flow, BPF_ANY);
}

static __always_inline void forget_flow(const struct sock *sock)
{
	u64 address = (u64)sock;

	bpf_map_delete_elem(&flows, &address);
}

/* An entry with another cookie is of a socket that was at this address before, and whose end nobody saw. */
static __always_inline struct flow *flow_of(const struct sock *sock)
{
	u64 address = (u64)sock;
	struct flow *flow = bpf_map_lookup_elem(&flows, &address);

	if (flow && flow->cookie && flow->cookie != BPF_CORE_READ(sock, __sk_common.skc_cookie.counter))
		return NULL;
	return flow;
}

static __always_inline void emit_flow(struct flow *flow, u16 state, s32 error)
{
	struct flow_record record = {};

	record.header.kind = RECORD_FLOW;
	record.header.flags = state;
	record.header.pid = flow->pid;
	record.header.start = flow->start;
	record.header.time = bpf_ktime_get_ns();
	record.key = flow->key;
	record.error = error;
	record.bytes_sent = flow->bytes_sent;
	record.bytes_received = flow->bytes_received;
	emit(&record, sizeof(record), RECORD_FLOW);
}

static __always_inline void fill_key(struct flow_key *key, struct bpf_sock_addr *context, u16 family)
{
	key->family = family;
	key->port = bpf_ntohs((u16)context->user_port);
	key->type = context->type;
	key->protocol = context->protocol;
	if (family == AF_INET) {
		*(u32 *)&key->address[0] = context->user_ip4;
	} else {
		*(u32 *)&key->address[0] = context->user_ip6[0];
		*(u32 *)&key->address[4] = context->user_ip6[1];
		*(u32 *)&key->address[8] = context->user_ip6[2];
		*(u32 *)&key->address[12] = context->user_ip6[3];
	}
}

static __always_inline int on_address(struct bpf_sock_addr *context, u16 family, bool connects)
{
	const struct sock *sock = BPF_CORE_READ((struct bpf_sock_addr_kern *)context, sk);
	struct task_struct *task = current_task();
	struct flow_key key = {};

	if (!in_scope(task))
		return PROCEED;
	fill_key(&key, context, family);
	if (connects)
		remember_flow(sock, &key, bpf_get_socket_cookie(context));
	emit_connect(task, &key, !connects || key.type == SOCK_STREAM);
	if (key.port == DNS_PORT && key.protocol == IPPROTO_UDP)
		on_datagram_address(sock, &key);
	return decide_socket(task, sock, leaves_machine(&key));
}

SEC("cgroup/connect4")
int on_connect4(struct bpf_sock_addr *context)
{
	return on_address(context, AF_INET, true);
}

SEC("cgroup/connect6")
int on_connect6(struct bpf_sock_addr *context)
{
	return on_address(context, AF_INET6, true);
}

/* Only datagrams that name their destination come here: those of a connected socket went through connect. */
SEC("cgroup/sendmsg4")
int on_sendmsg4(struct bpf_sock_addr *context)
{
	return on_address(context, AF_INET, false);
}

SEC("cgroup/sendmsg6")
int on_sendmsg6(struct bpf_sock_addr *context)
{
	return on_address(context, AF_INET6, false);
}

SEC("cgroup/sock_create")
int on_socket_create(struct bpf_sock *socket)
{
	struct task_struct *task = current_task();
	u32 protocol = socket->protocol;
	/* What the hooks above do not see the destination of: ICMP, SCTP, DCCP, L2TP, a connected UDP-Lite, whatever else. */
	bool unaddressed = socket->type == SOCK_RAW || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP &&
							protocol != IPPROTO_MPTCP);
	int decision = decide_socket(task, (const struct sock *)socket, unaddressed);

	if (decision == PROCEED && unaddressed && in_scope(task))
		emit_privileged(task, PRIVILEGED_RAW_SOCKET, socket->family, (u64)socket->type << 32 | socket->protocol);
	return decision;
}

/* The end of a socket that has no states. TCP's ends when its state says so, which may be long after. */
SEC("cgroup/sock_release")
int on_socket_release(struct bpf_sock *socket)
{
	const struct sock *sock = (const struct sock *)socket;
	struct flow *flow = flow_of(sock);

	if (!flow)
		return PROCEED;
	if (flow->key.protocol != IPPROTO_TCP) {
		emit_flow(flow, FLOW_CLOSED, 0);
		forget_flow(sock);
	} else if (socket->state == TCP_CLOSE) {
		/* It never sent a packet: no route, or no free port. */
		emit_flow(flow, FLOW_CLOSED, FLOW_NEVER_BEGAN);
		forget_flow(sock);
	}
	return PROCEED;
}

static __always_inline void fill_key_from_socket(struct flow_key *key, const struct sock *sock)
{
	key->family = BPF_CORE_READ(sock, __sk_common.skc_family);
	key->port = bpf_ntohs(BPF_CORE_READ(sock, __sk_common.skc_dport));
	key->type = SOCK_STREAM;
	key->protocol = IPPROTO_TCP;
	if (key->family == AF_INET)
		*(u32 *)&key->address[0] = BPF_CORE_READ(sock, __sk_common.skc_daddr);
	else
		bpf_core_read(&key->address, sizeof(key->address), &sock->__sk_common.skc_v6_daddr);
}

/*
 * Where the cgroup hooks are not to be had, TCP's own state still tells of every connection that sends a packet. An entry
 * that no hook made is of another life: of this one nothing can have been told before.
 */
static __always_inline void on_syn_sent(const struct sock *sock)
{
	struct flow *flow = flow_of(sock);
	struct task_struct *task;
	struct flow_key key = {};

	if (flow && flow->cookie)
		return;
	forget_flow(sock);
	task = current_task();
	if (!in_scope(task))
		return;
	fill_key_from_socket(&key, sock);
	remember_flow(sock, &key, 0);
	emit_connect(task, &key, true);
}

/* The kernel counts the other side's FIN as a byte, and notes that it came (net/ipv4/tcp_input.c, tcp_fin). */
static __always_inline u64 received_bytes(const struct tcp_sock *tcp)
{
	u64 bytes = BPF_CORE_READ(tcp, bytes_received);

	return bytes && BPF_CORE_READ((const struct sock *)tcp, __sk_common.skc_flags) & SOCK_DONE ? bytes - 1 : bytes;
}

static __always_inline void take_tcp_state(const struct sock *sock, int before, int after)
{
	const struct tcp_sock *tcp = (const struct tcp_sock *)sock;
	struct flow *flow;
	s32 error;

	if (BPF_CORE_READ(sock, sk_protocol) != IPPROTO_TCP)
		return;
	if (before == TCP_LISTEN) {
		/* What listens or is accepted was connected by nobody: an entry at its address is of another life. */
		forget_flow(sock);
		return;
	}
	if (after == TCP_SYN_SENT) {
		on_syn_sent(sock);
		return;
	}
	if (after != TCP_CLOSE && !(before == TCP_SYN_SENT && after == TCP_ESTABLISHED))
		return;
	flow = flow_of(sock);
	if (!flow)
		return;
	if (after == TCP_ESTABLISHED) {
		flow->established = 1;
		on_tcp_established(sock, flow);
		emit_flow(flow, FLOW_ESTABLISHED, 0);
		return;
	}
	flow->bytes_sent = BPF_CORE_READ(tcp, bytes_sent) - BPF_CORE_READ(tcp, bytes_retrans);
	flow->bytes_received = received_bytes(tcp);
	error = flow->established ? 0 : BPF_CORE_READ(sock, sk_err);
	if (!flow->established && !error)
		error = FLOW_ABANDONED;
	emit_flow(flow, FLOW_CLOSED, error);
	forget_flow(sock);
}

/* Whether this processor is within on_tcp_state. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} within_tcp_state SEC(".maps");

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_tcp_state, const struct sock *sock, int before, int after)
{
	u32 key = 0;
	u32 *within = bpf_map_lookup_elem(&within_tcp_state, &key);

	if (!within)
		return 0;
	*within = 1;
	take_tcp_state(sock, before, after);
	*within = 0;
	return 0;
}

/*
 * A packet that arrives while a processor is within on_tcp_state may change another socket's state, and the kernel does
 * not run a program within itself. It runs this one, which has nothing to do at any other time.
 */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_interrupting_tcp_state, const struct sock *sock, int before, int after)
{
	u32 key = 0;
	u32 *within = bpf_map_lookup_elem(&within_tcp_state, &key);

	if (!within || !*within)
		return 0;
	count(&shared.counters.interrupting_tcp_states);
	take_tcp_state(sock, before, after);
	return 0;
}

static __always_inline bool is_udp(const struct sock *sock)
{
	return BPF_CORE_READ(sock, sk_protocol) == IPPROTO_UDP;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(on_send_length, struct sock *sock, int result)
{
	struct flow *flow;

	if (result <= 0 || !is_udp(sock))
		return 0;
	on_connected_datagram(sock);
	flow = flow_of(sock);
	if (flow)
		__sync_fetch_and_add(&flow->bytes_sent, result);
	return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(on_receive_length, struct sock *sock, int result)
{
	struct flow *flow = result > 0 && is_udp(sock) ? flow_of(sock) : NULL;

	if (flow)
		__sync_fetch_and_add(&flow->bytes_received, result);
	return 0;
}
