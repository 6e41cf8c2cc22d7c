package dev.anabranch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Dependencies between the packages of this module run one way: tools → branch. */
final class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            // By name: with the goal test, the classes of other modules lie on the class path in folders too.
            .importPackages("dev.anabranch.agentic", "dev.anabranch.branch", "dev.anabranch.tools");

    @Test
    void branchesDoNotKnowTheToolsThatMakeThem() {
        noClasses()
                .that()
                .resideInAPackage("dev.anabranch.branch..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.anabranch.tools..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.anabranch.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(CLASSES);
    }
}
