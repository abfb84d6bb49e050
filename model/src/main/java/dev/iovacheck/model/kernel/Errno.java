package dev.iovacheck.model.kernel;

/** The error numbers that the modelled calls return, as in {@code errno.h}. */
public enum Errno {
    EPERM(1),
    EIO(5),
    ENXIO(6),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EEXIST(17),
    ENODEV(19),
    EINVAL(22),
    EOVERFLOW(75),
    EOPNOTSUPP(95),
    EREMOTEIO(121),
    EPROBE_DEFER(517);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** The positive number; calls return its negative. */
    public int number() {
        return number;
    }

    /** As in kernel code: {@code -ENOMEM}. */
    public String negative() {
        return "-" + name();
    }
}
