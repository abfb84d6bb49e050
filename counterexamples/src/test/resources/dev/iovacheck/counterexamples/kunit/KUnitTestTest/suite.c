// SPDX-License-Identifier: GPL-2.0
/*
 * What must not happen, found by iovacheck. Needs CONFIG_IOMMU_IOVA; each
 * case fails on a kernel that does it.
 */
#include <kunit/test.h>
#include <linux/iova.h>

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

/*
 * no-reserved-overlap: The mapping [0xf000, 0xffff] of d lies in the
 * reservation [0xf000, 0xffff] made for d, which stood before.
 */
static void iovacheck_no_reserved_overlap_2(struct kunit *test)
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
	KUNIT_EXPECT_TRUE(test, pfn < 0xfUL || pfn > 0xfUL);

	put_iova_domain(&iovad);
}

/*
 * cache-coherence: The cached range [0xf000, 0xffff] will be handed out as it
 * is, although it lies in the reservation [0xf000, 0xffff] made for d.
 */
/*
 * No test case: what is violated does not show in what the allocator returns.
 */

/*
 * reservation-persistence: Part of the reservation [0x4000, 0xcffff] made for
 * d is no longer reserved in the tree of group d.
 */
static void iovacheck_reservation_persistence_3(struct kunit *test)
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

/*
 * errno-conformance: The call of d with start 0xe000 and length 0x2000
 * returned 0; the contract wants -EBUSY, because a live mapping, or a cached
 * or queued range, or its node, intersects the range (documentation of the
 * posted patch: 0 means that the range is reserved, and it is not).
 */
static void iovacheck_errno_conformance_4(struct kunit *test)
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
	pfn = alloc_iova_fast(&iovad, 0x1UL, 0xfUL, true);
	KUNIT_ASSERT_EQ(test, pfn, 0xfUL);
	/*
	 * 3. dma_iova_set_resv_region(d, 0xe000, 0x2000) = 0
	 */
	KUNIT_EXPECT_TRUE(test, !reserve_iova(&iovad, 0xeUL, 0xfUL));

	put_iova_domain(&iovad);
}

static struct kunit_case iovacheck_cases[] = {
	KUNIT_CASE(iovacheck_lower_bound_1),
	KUNIT_CASE(iovacheck_no_reserved_overlap_2),
	KUNIT_CASE(iovacheck_reservation_persistence_3),
	KUNIT_CASE(iovacheck_errno_conformance_4),
	{}
};

static struct kunit_suite iovacheck_suite = {
	.name = "iovacheck",
	.test_cases = iovacheck_cases,
};
kunit_test_suite(iovacheck_suite);

MODULE_DESCRIPTION("IOVA allocator: counterexamples");
MODULE_LICENSE("GPL");
