package dev.iovacheck.model.kernel;

/**
 * Where a rule of the model can be looked up.
 *
 * @param file path in the kernel tree
 * @param function the function that has the behaviour
 * @param versions the kernels it was read in, as {@code 6.1, 7.1}
 * @param evidence how it is known
 */
public record KernelReference(String file, String function, String versions, Evidence evidence) {

    /** As {@code drivers/iommu/iova.c: reserve_iova (6.1, 7.1; recorded)}. */
    @Override
    public String toString() {
        return file + ": " + function + " (" + versions + "; " + evidence.label() + ")";
    }
}
