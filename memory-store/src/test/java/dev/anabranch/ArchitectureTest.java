package dev.anabranch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Dependencies between the packages of this module run one way: memory and forward → session → entry → stream. */
final class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                    "dev.anabranch.stream",
                    "dev.anabranch.entry",
                    "dev.anabranch.session",
                    "dev.anabranch.compare",
                    "dev.anabranch.forward",
                    "dev.anabranch.memory");

    @Test
    void streamsKnowNeitherLangChain4jNorSessions() {
        noClasses()
                .that()
                .resideInAPackage("dev.anabranch.stream..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.langchain4j..",
                        "dev.anabranch.entry..",
                        "dev.anabranch.session..",
                        "dev.anabranch.memory..")
                .check(CLASSES);
    }

    @Test
    void sessionsDoNotKnowHowTheyAreRememberedOrCompared() {
        noClasses()
                .that()
                .resideInAPackage("dev.anabranch.session..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.anabranch.compare..", "dev.anabranch.forward..", "dev.anabranch.memory..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.anabranch.(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
