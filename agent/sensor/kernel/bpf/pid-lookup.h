/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* From a number that a program gives to a system call to the process or thread that it means. */
#pragma once

#include "scratch.h"

#define TREE_NODE_MASK 3 /* include/linux/xarray.h: the low bits of a pointer to an inner node are 10 */
#define TREE_NODE 2
#define TREE_LEVELS 6 /* of 6 bits each: more than a pid has */
#define TREE_SLOTS 64

static __always_inline struct task_struct *task_of_pid(struct pid *pid)
{
	struct hlist_node *first = pid ? BPF_CORE_READ(pid, tasks[0].first) : NULL;

	return first ? (void *)first - bpf_core_field_offset(struct task_struct, pid_links) : NULL;
}

/*
 * As the kernel's own find_vpid() does it, in the caller's pid namespace: down the tree of numbers. A pid that ends meanwhile
 * is read as it was or not at all, for every read is checked.
 */
__noinline u64 task_with_number(u32 number)
{
	struct pid *own = BPF_CORE_READ(current_task(), thread_pid);
	u32 level = BPF_CORE_READ(own, level);
	struct upid numbers;
	u64 entry;

	if (!number)
		return 0;
	bpf_core_read(&numbers, sizeof(numbers), &own->numbers[level]);
	entry = (u64)BPF_CORE_READ(numbers.ns, idr.idr_rt.xa_head);
	for (u32 i = 0; i < TREE_LEVELS && (entry & TREE_NODE_MASK) == TREE_NODE; i++) {
		struct xa_node *node = (void *)(entry - TREE_NODE);
		u32 shift = BPF_CORE_READ(node, shift);

		if (shift > 30)
			return 0;
		bpf_core_read(&entry, sizeof(entry), &node->slots[number >> shift & (TREE_SLOTS - 1)]);
	}
	return (entry & TREE_NODE_MASK) ? 0 : (u64)task_of_pid((struct pid *)entry);
}
