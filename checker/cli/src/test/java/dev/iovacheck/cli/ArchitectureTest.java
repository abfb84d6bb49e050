package dev.iovacheck.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The lines that the house is built along: who may use whom, and what nobody may use. */
@AnalyzeClasses(
        packages = "dev.iovacheck",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {

    /** Tests of other modules come as jars. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule MODULES_USE_ONLY_WHAT_IS_BELOW_THEM = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.iovacheck..")
            .layer("model")
            .definedBy("dev.iovacheck.model..")
            .layer("invariants")
            .definedBy("dev.iovacheck.invariants..")
            .layer("counterexamples")
            .definedBy("dev.iovacheck.counterexamples..")
            .layer("engine")
            .definedBy("dev.iovacheck.engine..")
            .layer("constraint")
            .definedBy("dev.iovacheck.constraint..")
            .layer("cli")
            .definedBy("dev.iovacheck.cli..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("constraint")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("counterexamples")
            .mayOnlyBeAccessedByLayers("engine", "constraint", "cli")
            .whereLayer("invariants")
            .mayOnlyBeAccessedByLayers("counterexamples", "engine", "constraint", "cli")
            .whereLayer("model")
            .mayOnlyBeAccessedByLayers("invariants", "counterexamples", "engine", "constraint", "cli");

    @ArchTest
    static final ArchRule THE_MODEL_NEEDS_LITTLE = classes()
            .that(resideInAPackage("dev.iovacheck.model.."))
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "dev.iovacheck.model..",
                    "java..",
                    "org.eclipse.collections..",
                    "org.jspecify..",
                    "org.snakeyaml.engine.."));

    @ArchTest
    static final ArchRule ONLY_THE_READER_KNOWS_YAML = noClasses()
            .that(not(resideInAPackage("dev.iovacheck.model.config")))
            .should()
            .dependOnClassesThat(resideInAPackage("org.snakeyaml.."));

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.iovacheck.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule A_NAME_SAYS_WHAT_A_CLASS_IS =
            noClasses().should().haveSimpleNameEndingWith("Utils").orShould().haveSimpleNameEndingWith("Util");

    @ArchTest
    static final ArchRule ONLY_MAIN_ENDS_THE_PROCESS =
            noClasses().that().doNotBelongToAnyOf(Main.class).should().callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule NOBODY_LOGS =
            noClasses().should().dependOnClassesThat(resideInAPackage("java.util.logging.."));
}
