/* An allocator that does what the model did, call by call; "right" does otherwise at the end, "other" at the first map,
 * "small" has one CPU.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kunit/test.h>
#include <linux/iova.h>
#include <linux/sched.h>
#include <linux/cpumask.h>

struct call {
	const char *function;
	unsigned long arguments[3];
	unsigned long result;
	int cpu;
};

static const struct call calls[] = {
@CALLS@};

static const unsigned int count = sizeof(calls) / sizeof(calls[0]);
static unsigned int next;
static bool is_right, is_other, is_small;
static int here = -1;

static unsigned long called(const char *function, unsigned long a, unsigned long b, unsigned long c)
{
	const struct call *call = &calls[next];

	if (next >= count || strcmp(call->function, function) || call->arguments[0] != a ||
	    call->arguments[1] != b || call->arguments[2] != c || (call->cpu >= 0 && call->cpu != here)) {
		fprintf(stderr, "call %u is not as in the model: %s\n", next, function);
		exit(3);
	}
	next++;
	if (is_other && !strcmp(function, "alloc_iova_fast"))
		return call->result + 1;
	if (is_right && next == count)
		return call->result ? 0 : @ROOM@;
	return call->result;
}

static struct iova node;
static struct task_struct task;
static struct cpumask masks[64];
struct task_struct *current = &task;

const struct cpumask *cpumask_of(unsigned int cpu)
{
	masks[cpu].cpu = cpu;
	return &masks[cpu];
}

int cpu_online(unsigned int cpu)
{
	return !is_small || cpu == 0;
}

int set_cpus_allowed_ptr(struct task_struct *of, const struct cpumask *mask)
{
	(void)of;
	if (!cpu_online(mask->cpu))
		return -22;
	here = mask->cpu;
	return 0;
}

void init_iova_domain(struct iova_domain *iovad, unsigned long granule, unsigned long start_pfn)
{
	(void)iovad;
	called("init_iova_domain", granule, start_pfn, 0);
}

int iova_domain_init_rcaches(struct iova_domain *iovad)
{
	(void)iovad;
	return called("iova_domain_init_rcaches", 0, 0, 0);
}

unsigned long alloc_iova_fast(struct iova_domain *iovad, unsigned long size, unsigned long limit_pfn,
			      bool flush_rcache)
{
	(void)iovad;
	return called("alloc_iova_fast", size, limit_pfn, flush_rcache);
}

void free_iova_fast(struct iova_domain *iovad, unsigned long pfn, unsigned long size)
{
	(void)iovad;
	called("free_iova_fast", pfn, size, 0);
}

struct iova *reserve_iova(struct iova_domain *iovad, unsigned long pfn_lo, unsigned long pfn_hi)
{
	(void)iovad;
	return called("reserve_iova", pfn_lo, pfn_hi, 0) ? &node : NULL;
}

/* Only asked at the end, for what the reservation should still cover. */
struct iova *find_iova(struct iova_domain *iovad, unsigned long pfn)
{
	(void)iovad;
	(void)pfn;
	return is_right ? &node : NULL;
}

void put_iova_domain(struct iova_domain *iovad)
{
	(void)iovad;
	if (next != count)
		exit(3);
}

int main(int argc, char **argv)
{
	struct kunit test = { 0 };

	is_right = argc > 1 && !strcmp(argv[1], "right");
	is_other = argc > 1 && !strcmp(argv[1], "other");
	is_small = argc > 1 && !strcmp(argv[1], "small");
	if (!the_suite->test_cases[0].run || the_suite->test_cases[1].run)
		return 4;
	if (!setjmp(test.out))
		the_suite->test_cases[0].run(&test);
	if (test.skipped)
		return 5;
	return test.aborted ? 2 : test.failed;
}
