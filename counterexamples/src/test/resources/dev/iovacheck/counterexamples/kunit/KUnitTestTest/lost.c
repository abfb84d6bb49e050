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
 * reservation-persistence: Part of the reservation [0x4000, 0xcffff] made for
 * d is no longer reserved in the tree of group d.
 */
static void iovacheck_reservation_persistence_1(struct kunit *test)
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
	 * 2. map(d, 256 KiB) = 0xc0000, [0xc0000, 0xfffff]
	 */
	pfn = alloc_iova_fast(&iovad, 0x40UL, 0xffUL, true);
	KUNIT_ASSERT_EQ(test, pfn, 0xc0UL);
	/*
	 * 3. dma_iova_set_resv_region(d, 0x4000, 0xcc000) = 0
	 */
	KUNIT_ASSERT_TRUE(test, !!reserve_iova(&iovad, 0x4UL, 0xcfUL));
	/*
	 * 4. unmap(d, 0xc0000, 256 KiB)
	 */
	free_iova_fast(&iovad, 0xc0UL, 0x40UL);
	/*
	 * The reservation is still in the tree.
	 */
	KUNIT_EXPECT_TRUE(test, !!find_iova(&iovad, 0x4UL));

	put_iova_domain(&iovad);
}

static struct kunit_case iovacheck_cases[] = {
	KUNIT_CASE(iovacheck_reservation_persistence_1),
	{}
};

static struct kunit_suite iovacheck_suite = {
	.name = "iovacheck",
	.test_cases = iovacheck_cases,
};
kunit_test_suite(iovacheck_suite);

MODULE_DESCRIPTION("IOVA allocator: counterexamples");
MODULE_LICENSE("GPL");
