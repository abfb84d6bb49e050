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
 * no-reserved-overlap: The mapping [0xf000, 0xffff] of d lies in the
 * reservation [0xf000, 0xffff] made for d, which stood before.
 */
static void iovacheck_no_reserved_overlap_1(struct kunit *test)
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
	 * 2. map(d, 4 KiB) on cpu 0 = 0xf000, [0xf000, 0xffff]
	 */
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	pfn = alloc_iova_fast(&iovad, 0x1UL, 0xfUL, true);
	KUNIT_ASSERT_EQ(test, pfn, 0xfUL);
	/*
	 * 3. unmap(d, 0xf000, 4 KiB) on cpu 0
	 */
	free_iova_fast(&iovad, 0xfUL, 0x1UL);
	/*
	 * 4. dma_iova_set_resv_region(d, 0xf000, 0x1000) = 0
	 */
	KUNIT_ASSERT_TRUE(test, !!reserve_iova(&iovad, 0xfUL, 0xfUL));
	/*
	 * 5. map(d, 4 KiB) on cpu 0 = 0xf000, [0xf000, 0xffff]
	 */
	pfn = alloc_iova_fast(&iovad, 0x1UL, 0xfUL, true);
	KUNIT_EXPECT_TRUE(test, !pfn || pfn > 0xfUL || pfn < 0xfUL);

	put_iova_domain(&iovad);
}

static struct kunit_case iovacheck_cases[] = {
	KUNIT_CASE(iovacheck_no_reserved_overlap_1),
	{}
};

static struct kunit_suite iovacheck_suite = {
	.name = "iovacheck",
	.test_cases = iovacheck_cases,
};
kunit_test_suite(iovacheck_suite);

MODULE_DESCRIPTION("IOVA allocator: counterexamples");
MODULE_LICENSE("GPL");
