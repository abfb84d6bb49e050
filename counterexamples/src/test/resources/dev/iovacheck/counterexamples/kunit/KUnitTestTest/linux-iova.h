/* Minimal declarations of the allocator's functions, in our own words. */
#ifndef LINUX_IOVA_H
#define LINUX_IOVA_H

#include <stdbool.h>

struct iova { unsigned long pfn_lo, pfn_hi; };
struct iova_domain { int unused; };

void init_iova_domain(struct iova_domain *iovad, unsigned long granule, unsigned long start_pfn);
int iova_domain_init_rcaches(struct iova_domain *iovad);
unsigned long alloc_iova_fast(struct iova_domain *iovad, unsigned long size, unsigned long limit_pfn,
			      bool flush_rcache);
void free_iova_fast(struct iova_domain *iovad, unsigned long pfn, unsigned long size);
struct iova *reserve_iova(struct iova_domain *iovad, unsigned long pfn_lo, unsigned long pfn_hi);
struct iova *find_iova(struct iova_domain *iovad, unsigned long pfn);
void put_iova_domain(struct iova_domain *iovad);

#endif
