/* Where a task runs, in our own words. */
#ifndef LINUX_SCHED_H
#define LINUX_SCHED_H

struct task_struct { int unused; };
struct cpumask { int cpu; };
extern struct task_struct *current;

int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask);

#endif
