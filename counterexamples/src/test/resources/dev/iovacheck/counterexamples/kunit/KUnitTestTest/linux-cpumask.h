/* Masks of one CPU, in our own words. */
#ifndef LINUX_CPUMASK_H
#define LINUX_CPUMASK_H

#include <linux/sched.h>

const struct cpumask *cpumask_of(unsigned int cpu);
int cpu_online(unsigned int cpu);

#endif
