/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Numbers of include/linux/socket.h, include/linux/net.h and include/uapi/linux/in.h. */
#pragma once

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define AF_PACKET 17
#define AF_RDS 21
#define AF_PPPOX 24
#define AF_TIPC 30
#define AF_BLUETOOTH 31
#define AF_RXRPC 33
#define AF_VSOCK 40
#define AF_SMC 43
#define AF_XDP 44

#define MAPPED_PREFIX 0xffff0000U /* the third word of ::ffff:a.b.c.d, little-endian */

#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_TYPE_MASK 0xf

#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_ICMPV6 58
#define IPPROTO_MPTCP 262
