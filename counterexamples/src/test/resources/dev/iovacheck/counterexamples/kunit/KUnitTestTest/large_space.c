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
 * errno-conformance: The call of d with start 0xffff0000 and length 0x10000
 * returned 0; the contract wants -EBUSY, because a live mapping, or a cached
 * or queued range, or its node, intersects the range (documentation of the
 * posted patch: 0 means that the range is reserved, and it is not).
 */
static void iovacheck_errno_conformance_1(struct kunit *test)
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
	 * 2. map(d, 4 KiB) on cpu 0 = 0xfffff000, [0xfffff000, 0xffffffff]
	 */
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	pfn = alloc_iova_fast(&iovad, 0x1UL, 0xfffffUL, true);
	KUNIT_ASSERT_EQ(test, pfn, 0xfffffUL);
	/*
	 * 3. dma_iova_set_resv_region(d, 0xffff0000, 0x10000) = 0
	 */
	KUNIT_EXPECT_TRUE(test, !reserve_iova(&iovad, 0xffff0UL, 0xfffffUL));

	put_iova_domain(&iovad);
}

static struct kunit_case iovacheck_cases[] = {
	KUNIT_CASE(iovacheck_errno_conformance_1),
	{}
};

static struct kunit_suite iovacheck_suite = {
	.name = "iovacheck",
	.test_cases = iovacheck_cases,
};
kunit_test_suite(iovacheck_suite);

MODULE_DESCRIPTION("IOVA allocator: counterexamples");
MODULE_LICENSE("GPL");
