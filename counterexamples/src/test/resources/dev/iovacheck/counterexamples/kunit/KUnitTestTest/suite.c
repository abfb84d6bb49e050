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

/*
 * cache-coherence: The cached range [0xf000, 0xffff] will be handed out as it
 * is, although it lies in the reservation [0xf000, 0xffff] made for d.
 */
/*
 * What is wrong shows with the next map: the mapping [0xf000, 0xffff] of d
 * lies in the reservation [0xf000, 0xffff] made for d, which stood before.
 */
static void iovacheck_cache_coherence_3(struct kunit *test)
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
	 * 3. dma_iova_set_resv_region(d, 0xf000, 0x1000) = 0
	 */
	KUNIT_ASSERT_TRUE(test, !!reserve_iova(&iovad, 0xfUL, 0xfUL));
	/*
	 * 4. unmap(d, 0xf000, 4 KiB) on cpu 0
	 */
	free_iova_fast(&iovad, 0xfUL, 0x1UL);
	/*
	 * 5. map(d, 4 KiB) on cpu 0 = 0xf000, [0xf000, 0xffff]
	 */
	pfn = alloc_iova_fast(&iovad, 0x1UL, 0xfUL, true);
	KUNIT_EXPECT_TRUE(test, !pfn || pfn > 0xfUL || pfn < 0xfUL);

	put_iova_domain(&iovad);
}

/*
 * reservation-persistence: Part of the reservation [0x4000, 0xcffff] made for
 * d is no longer reserved in the tree of group d.
 */
static void iovacheck_reservation_persistence_4(struct kunit *test)
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
static void iovacheck_errno_conformance_5(struct kunit *test)
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
	 * 3. dma_iova_set_resv_region(d, 0xe000, 0x2000) = 0
	 */
	KUNIT_EXPECT_TRUE(test, !reserve_iova(&iovad, 0xeUL, 0xfUL));

	put_iova_domain(&iovad);
}

/*
 * errno-conformance: The call of d with start 0xffff0000 and length 0x10000
 * returned 0; the contract wants -EBUSY, because a live mapping, or a cached
 * or queued range, or its node, intersects the range (documentation of the
 * posted patch: 0 means that the range is reserved, and it is not).
 */
static void iovacheck_errno_conformance_6(struct kunit *test)
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

/*
 * tree-wellformed: The tree of group d is out of order at the node [0xc, 0xb]
 * (pfns).
 */
static void iovacheck_tree_wellformed_7(struct kunit *test)
{
	struct iova_domain iovad = {};

	/*
	 * 1. d is probed: group d gets its default domain (start_pfn 0x1,
	 * 4 KiB granule)
	 */
	init_iova_domain(&iovad, 0x1000UL, 0x1UL);
	KUNIT_ASSERT_EQ(test, iova_domain_init_rcaches(&iovad), 0);
	/*
	 * 2. dma_iova_set_resv_region(d, 0xc000, 0x0) = 0
	 */
	KUNIT_EXPECT_TRUE(test, !reserve_iova(&iovad, 0xcUL, 0xbUL));

	put_iova_domain(&iovad);
}

/*
 * space-recoverable: The node [0x0, 0xfffffffffffff] (pfns) of group d is
 * neither a reservation nor that of a mapping or a cached range. No action
 * but a removal undoes that.
 */
static void iovacheck_space_recoverable_8(struct kunit *test)
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

/*
 * driver-contract: The driver of d undoes a mapping that it had undone
 * before.
 */
/*
 * No test case: step 4 is not a whole call in which all works.
 */

static struct kunit_case iovacheck_cases[] = {
	KUNIT_CASE(iovacheck_lower_bound_1),
	KUNIT_CASE(iovacheck_no_reserved_overlap_2),
	KUNIT_CASE(iovacheck_cache_coherence_3),
	KUNIT_CASE(iovacheck_reservation_persistence_4),
	KUNIT_CASE(iovacheck_errno_conformance_5),
	KUNIT_CASE(iovacheck_errno_conformance_6),
	KUNIT_CASE(iovacheck_tree_wellformed_7),
	KUNIT_CASE(iovacheck_space_recoverable_8),
	{}
};

static struct kunit_suite iovacheck_suite = {
	.name = "iovacheck",
	.test_cases = iovacheck_cases,
};
kunit_test_suite(iovacheck_suite);

MODULE_DESCRIPTION("IOVA allocator: counterexamples");
MODULE_LICENSE("GPL");
