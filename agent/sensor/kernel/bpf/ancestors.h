/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The processes that the guard came from, in a pod: the entry point, a shell, a supervisor. They may end the guard, and are no
 * way to do so for others. Taken down once, when the guard begins: who becomes its parent later is none, nor is a child of theirs.
 */
#pragma once

#include "identity.h"

#define MAX_ANCESTORS 64 /* deeper than shells and supervisors nest; who is further away is none */

static __always_inline struct ancestor ancestor_of(struct task_struct *leader)
{
	struct ancestor ancestor = {};

	ancestor.start = BPF_CORE_READ(leader, start_boottime);
	ancestor.tgid = BPF_CORE_READ(leader, tgid);
	ancestor.exec_id = BPF_CORE_READ(leader, self_exec_id);
	return ancestor;
}

static __always_inline void remember_ancestors(struct task_struct *guard)
{
	struct task_struct *leader = BPF_CORE_READ(guard, group_leader);
	u8 present = 1;

	for (u32 i = 0; i < MAX_ANCESTORS; i++) {
		struct ancestor ancestor;

		leader = BPF_CORE_READ(leader, real_parent, group_leader);
		ancestor = ancestor_of(leader);
		if (!ancestor.tgid)
			break;
		bpf_map_update_elem(&ancestors, &ancestor, &present, BPF_ANY);
	}
}

static __always_inline bool is_ancestor(struct task_struct *task)
{
	struct ancestor ancestor = ancestor_of(BPF_CORE_READ(task, group_leader));

	return settings.scope == SCOPE_POD && bpf_map_lookup_elem(&ancestors, &ancestor) != NULL;
}
