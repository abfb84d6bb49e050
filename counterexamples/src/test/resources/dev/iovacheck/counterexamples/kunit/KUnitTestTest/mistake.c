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
 * driver-contract: The driver of d undoes a mapping that it had undone
 * before.
 */
/*
 * No test case: step 4 is not a whole call in which all works.
 */

/*
 * There is no case, and so no suite: the reasons are given above.
 */
