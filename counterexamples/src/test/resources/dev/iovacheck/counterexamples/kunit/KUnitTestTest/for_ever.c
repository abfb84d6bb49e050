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
 * space-recoverable: The node [0x0, 0xfffffffffffff] (pfns) of group d is
 * neither a reservation nor that of a mapping or a cached range. No action
 * but a removal undoes that.
 */
static void iovacheck_space_recoverable_1(struct kunit *test)
{
	struct iova_domain iovad = {};

	/*
	 * 1. d is probed: group d gets its default domain (start_pfn 0x1,
	 * 4 KiB granule)
	 */
	init_iova_domain(&iovad, 0x1000UL, 0x1UL);
	KUNIT_ASSERT_EQ(test, iova_domain_init_rcaches(&iovad), 0);
	/*
	 * 2. dma_iova_set_resv_region(d, 0x0, 0x0) = 0
	 */
	KUNIT_EXPECT_TRUE(test, !reserve_iova(&iovad, 0x0UL, 0xfffffffffffffUL));

	put_iova_domain(&iovad);
}

static struct kunit_case iovacheck_cases[] = {
	KUNIT_CASE(iovacheck_space_recoverable_1),
	{}
};

static struct kunit_suite iovacheck_suite = {
	.name = "iovacheck",
	.test_cases = iovacheck_cases,
};
kunit_test_suite(iovacheck_suite);

MODULE_DESCRIPTION("IOVA allocator: counterexamples");
MODULE_LICENSE("GPL");
