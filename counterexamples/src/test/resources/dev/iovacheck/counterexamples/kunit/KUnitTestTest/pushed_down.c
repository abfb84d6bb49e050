// SPDX-License-Identifier: GPL-2.0
/*
 * What must not happen, found by iovacheck. Needs CONFIG_IOMMU_IOVA; each
 * case fails on a kernel that does it.
 */
#include <kunit/test.h>
#include <linux/iova.h>
#include <linux/sched.h>
#include <linux/cpumask.h>

/*
 * lower-bound: The mapping [0x4000, 0x7fff] of d starts below 0x8000, the
 * lowest address the block can use.
 */
static void iovacheck_lower_bound_1(struct kunit *test)
{
	struct iova_domain iovad = {};
	unsigned long pfn;

	/*
	 * 1. d is probed: group d gets its default domain (start_pfn 0x1,
	 * 4 KiB granule)
	 */
	init_iova_domain(&iovad, 0x1000UL, 0x1UL);
	KUNIT_ASSERT_EQ(test, iova_domain_init_rcaches(&iovad), 0);
	/*
	 * 2. map(d, 16 KiB) on cpu 0 = 0xc000, [0xc000, 0xffff]
	 */
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	pfn = alloc_iova_fast(&iovad, 0x4UL, 0xfUL, true);
	KUNIT_ASSERT_EQ(test, pfn, 0xcUL);
	/*
	 * 3. map(d, 16 KiB) on cpu 0 = 0x8000, [0x8000, 0xbfff]
	 */
	pfn = alloc_iova_fast(&iovad, 0x4UL, 0xfUL, true);
	KUNIT_ASSERT_EQ(test, pfn, 0x8UL);
	/*
	 * 4. map(d, 16 KiB) on cpu 0 = 0x4000, [0x4000, 0x7fff]
	 */
	pfn = alloc_iova_fast(&iovad, 0x4UL, 0xfUL, true);
	KUNIT_EXPECT_TRUE(test, !pfn || pfn >= 0x8UL);

	put_iova_domain(&iovad);
}

static struct kunit_case iovacheck_cases[] = {
	KUNIT_CASE(iovacheck_lower_bound_1),
	{}
};

static struct kunit_suite iovacheck_suite = {
	.name = "iovacheck",
	.test_cases = iovacheck_cases,
};
kunit_test_suite(iovacheck_suite);

MODULE_DESCRIPTION("IOVA allocator: counterexamples");
MODULE_LICENSE("GPL");
