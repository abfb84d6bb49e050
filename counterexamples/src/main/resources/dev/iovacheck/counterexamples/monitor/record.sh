#!/bin/sh
# Records what a running Linux kernel does with I/O virtual addresses, for "iovacheck monitor".
#
#   sh record.sh start FOLDER     begin (as root)
#   sh record.sh stop FOLDER      end, and write FOLDER/trace.txt and what belongs to it
#
# CLOCK   clock of the events; the default, counter, keeps their order between CPUs
# BUFFER  KiB of memory for each CPU, 32768 unless said otherwise
set -u

tracing=/sys/kernel/tracing
what=${1:-}
folder=${2:-recording}

fail() { echo "record.sh: $*" >&2; exit 1; }

# One probe: its definition, or a line in refused.txt if this kernel does not take it.
probe() {
  echo "$1" >> "$tracing/kprobe_events" 2> /dev/null || echo "$1" >> "$folder/refused.txt"
}

# Groups, their reserved regions, and the devices with their masks.
snapshot() {
  for group in /sys/kernel/iommu_groups/*; do
    echo "group ${group##*/}"
    echo "  type $(cat "$group/type")"
    sed 's/^/  reserved /' "$group/reserved_regions"
    for device in "$group"/devices/*; do
      echo "  device ${device##*/} dma_mask_bits=$(cat "$device/dma_mask_bits" 2> /dev/null)"
    done
  done
}

probes_off() {
  [ -d "$tracing/events/iova" ] || return 0
  echo 0 > "$tracing/events/iova/enable"
  for event in "$tracing"/events/iova/*/; do
    event=${event%/}
    echo "-:iova/${event##*/}" >> "$tracing/kprobe_events"
  done
}

start() {
  case $(uname -m) in # where a function finds its first arguments
    x86_64) a=%di b=%si c=%dx d=%cx e=%r8 ;;
    aarch64) a=%x0 b=%x1 c=%x2 d=%x3 e=%x4 ;;
    *) fail "not known on $(uname -m): the registers of arguments" ;;
  esac
  # Bytes into structures: iommu_domain.iova_cookie, iommu_domain.geometry.aperture_end, iova.pfn_lo, iova.pfn_hi.
  cookie=64 end=48 lo=32 hi=24
  case $(ls /sys/class/iommu 2> /dev/null) in
    *dmar*) attach=intel_iommu_attach_device ;;
    *ivhd*) attach=amd_iommu_attach_device ;;
    *) attach= ;;
  esac
  ring=fq_ring_free
  grep -qw fq_ring_free_locked /proc/kallsyms && ring=fq_ring_free_locked

  echo 0 > "$tracing/tracing_on"
  probes_off
  : > "$folder/refused.txt"
  echo "${CLOCK:-counter}" > "$tracing/trace_clock"
  echo "${BUFFER:-32768}" > "$tracing/buffer_size_kb"
  : > "$tracing/trace"

  [ -z "$attach" ] || probe "p:iova/domattach $attach dom=$a:x64 dev=+0(+0($b)):string cookie=+$cookie($a):x64"
  probe "p:iova/dominit init_iova_domain iovad=$a:x64 granule=$b:u64 start=$c:x64"
  probe "p:iova/domput put_iova_domain iovad=$a:x64"
  probe "p:iova/resv reserve_iova iovad=$a:x64 lo=$b:x64 hi=$c:x64"
  probe "p:iova/want iommu_dma_alloc_iova dom=$a:x64 size=$b:u64 limit=$c:x64 dev=+0(+0($d)):string cookie=+$cookie($a):x64 aend=+$end($a):x64"
  probe "p:iova/fast alloc_iova_fast iovad=$a:x64 size=$b:u64 limit=$c:x64 flush=$d:u8"
  probe "r:iova/fastret alloc_iova_fast pfn=\$retval:x64"
  probe "p:iova/slow alloc_iova iovad=$a:x64 size=$b:u64 limit=$c:x64 aligned=$d:u8"
  probe "r:iova/slowret alloc_iova iova=\$retval:x64 lo=+$lo(\$retval):x64 hi=+$hi(\$retval):x64"
  probe "p:iova/freefast free_iova_fast iovad=$a:x64 pfn=$b:x64 size=$c:u64"
  probe "p:iova/free free_iova iovad=$a:x64 pfn=$b:x64"
  probe "p:iova/magfree iova_magazine_free_pfns n=+0($a):u64 iovad=$b:x64"
  probe "p:iova/cpufree free_cpu_cached_iovas cpu=$a:u32 iovad=$b:x64"
  probe "p:iova/dommap __iommu_map dom=$a:x64 iova=$b:x64 paddr=$c:x64 size=$d:u64 prot=$e:x32"
  probe "p:iova/domunmap __iommu_unmap dom=$a:x64 iova=$b:x64 size=$c:u64"
  probe "p:iova/fqinit iommu_dma_init_fq dom=$a:x64"
  probe "p:iova/fqring $ring cookie=$a:x64"
  probe "p:iova/fqflush fq_flush_iotlb cookie=$a:x64"

  snapshot > "$folder/sysfs-start.txt"
  [ ! -d "$tracing/events/iova" ] || echo 1 > "$tracing/events/iova/enable"
  echo 1 > "$tracing/events/iommu/enable"
  echo 1 > "$tracing/tracing_on"
}

stop() {
  echo 0 > "$tracing/tracing_on"
  cat "$tracing/trace" > "$folder/trace.txt"
  cat "$tracing/kprobe_profile" > "$folder/kprobe_profile.txt"
  snapshot > "$folder/sysfs-end.txt"
  for cpu in "$tracing"/per_cpu/cpu*; do
    sed "s/^/${cpu##*/} /" "$cpu/stats"
  done > "$folder/stats.txt"
  echo 0 > "$tracing/events/iommu/enable"
  probes_off
  # Both have to be 0 for a recording that an allocator is judged by.
  awk '{ missed += $3 } END { print "probes missed: " missed + 0 }' "$folder/kprobe_profile.txt"
  awk '/overrun:|dropped events:/ { lost += $NF } END { print "events lost: " lost + 0 }' "$folder/stats.txt"
}

[ -e "$tracing/trace" ] || mount -t tracefs tracefs "$tracing" || fail "there is no tracefs, or this is not root"
mkdir -p "$folder" || fail "$folder cannot be made"
case $what in
  start) start ;;
  stop) stop ;;
  *) fail "usage: sh record.sh start|stop FOLDER" ;;
esac
