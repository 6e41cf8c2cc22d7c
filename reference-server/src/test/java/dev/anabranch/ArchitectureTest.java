package dev.anabranch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.anabranch.server.ServerLimits;
import dev.anabranch.server.ServerOptions;
import org.junit.jupiter.api.Test;

/** Dependencies between the packages of this module run one way: server → engine → storage. */
final class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("dev.anabranch");

    @Test
    void theEngineKnowsNeitherHttpNorLangChain4jNorSessions() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.anabranch.engine..", "dev.anabranch.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.javalin..",
                        "org.eclipse.jetty..",
                        "jakarta.servlet..",
                        "java.net.http..",
                        "dev.langchain4j..",
                        "dev.anabranch.session..",
                        "dev.anabranch.memory..",
                        "dev.anabranch.server..")
                .check(CLASSES);
    }

    @Test
    void onlyTheStorageKnowsItsDatabase() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.anabranch.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb..")
                .check(CLASSES);
    }

    @Test
    void theStorageKnowsNothingOfTheEngine() {
        noClasses()
                .that()
                .resideInAPackage("dev.anabranch.storage..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.anabranch.engine..")
                .check(CLASSES);
    }

    /** The options of a server stand beside the class that puts it together, and its parts read them there. */
    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.anabranch.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(resideInAPackage("dev.anabranch.server.*"), belongToAnyOf(ServerOptions.class))
                .ignoreDependency(resideInAPackage("dev.anabranch.server.*"), belongToAnyOf(ServerLimits.class))
                .check(CLASSES);
    }
}
