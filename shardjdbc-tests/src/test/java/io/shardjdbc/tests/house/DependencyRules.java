package io.shardjdbc.tests.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
abstract class DependencyRules {

  private static final String ROUTING = "io.shardjdbc.routing..";
  private static final String REPLICATION = "io.shardjdbc.replication..";
  private static final String RESHARD = "io.shardjdbc.reshard..";
  private static final String CTL = "io.shardjdbc.ctl..";
  private static final String IDS = "io.shardjdbc.ids..";
  private static final String TESTKIT = "io.shardjdbc.testkit..";
  private static final String SPRING = "io.shardjdbc.spring..";
  private static final String POOL = "io.shardjdbc.pool..";

  @Test
  void theRulesSeeEveryModule() {
    assertThat(Modules.descriptors())
        .extracting(ModuleDescriptor::name)
        .containsExactlyInAnyOrder(
            "io.shardjdbc",
            "io.shardjdbc.routing",
            "io.shardjdbc.replication",
            "io.shardjdbc.ids",
            "io.shardjdbc.micrometer",
            "io.shardjdbc.opentelemetry",
            "io.shardjdbc.reshard",
            "io.shardjdbc.ctl",
            "io.shardjdbc.testkit");
    assertThat(Modules.exportedPackages())
        .contains("io.shardjdbc", "io.shardjdbc.routing", "io.shardjdbc.replication");
  }

  @Test
  void routingKnowsNoDatabase() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROUTING)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "com.zaxxer.."));
  }

  @Test
  void routingStartsNoThreads() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROUTING)
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Executor.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Future.class));
  }

  @Test
  void routingTouchesNoFilesButItsConfigurationAndNoNetwork() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROUTING)
            .and()
            .resideOutsideOfPackage("io.shardjdbc.routing.yaml..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.channels..", "java.net..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(File.class, Files.class));
  }

  @Test
  void routingAndReplicationKnowNothingElseOfTheProject() {
    for (String module : List.of(ROUTING, REPLICATION)) {
      check(
          noClasses()
              .that()
              .resideInAPackage(module)
              .should()
              .dependOnClassesThat(
                  resideInAPackage("io.shardjdbc..").and(resideOutsideOfPackage(module))));
    }
  }

  @Test
  void idsKnowNothingOfTheDataSourceWhichTakesThemInOnePlace() {
    check(
        noClasses()
            .that()
            .resideInAPackage(IDS)
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.shardjdbc..").and(resideOutsideOfPackage(IDS))));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(IDS, "io.shardjdbc.session.number")
            .and()
            .doNotHaveFullyQualifiedName("io.shardjdbc.ShardIds") // who hands them to applications
            .should()
            .dependOnClassesThat()
            .resideInAPackage(IDS));
  }

  @Test
  void theMoverKnowsRoutingAndNothingElse() {
    check(
        noClasses()
            .that()
            .resideInAPackage(RESHARD)
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.shardjdbc..").and(resideOutsideOfPackages(RESHARD, ROUTING))));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(RESHARD, CTL)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(RESHARD));
  }

  @Test
  void nobodyKnowsTheListenersThatTellOthers() {
    for (String module : List.of("io.shardjdbc.micrometer..", "io.shardjdbc.opentelemetry..")) {
      check(
          noClasses()
              .that()
              .resideOutsideOfPackages(module, SPRING)
              .should()
              .dependOnClassesThat()
              .resideInAPackage(module));
      check(
          noClasses()
              .that()
              .resideInAPackage(module)
              .should()
              .dependOnClassesThat(
                  resideInAPackage("io.shardjdbc..")
                      .and(
                          resideOutsideOfPackages(
                              module,
                              "io.shardjdbc",
                              "io.shardjdbc.observe",
                              "io.shardjdbc.outcome",
                              "io.shardjdbc.replication",
                              "io.shardjdbc.routing"))));
    }
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.shardjdbc.micrometer..", SPRING)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer.."));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("io.shardjdbc.opentelemetry..", SPRING)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry.."));
  }

  @Test
  void onlyTheCommandLineKnowsPicocliAndNobodyKnowsTheCommandLine() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(CTL)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", CTL));
  }

  @Test
  void theLibraryDoesNotKnowItsTestkit() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(TESTKIT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(TESTKIT));
  }

  @Test
  void onlyThePoolKnowsHikari() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(POOL)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.zaxxer.."));
  }

  @Test
  void noPackagesDependOnEachOtherInACycle() {
    slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(type.getPackageName());
              }

              @Override
              public String getDescription() {
                return "packages";
              }
            })
        .should()
        .beFreeOfCycles()
        .check(Modules.classes());
  }

  private static void check(ArchRule rule) {
    rule.check(Modules.classes());
  }
}
