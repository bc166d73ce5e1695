package io.shardjdbc.tests.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Nothing that may wait runs in the JDK's shared pool, which may have one thread. */
abstract class SharedPool {

  private static final String RUN = "runAsync";
  private static final String SUPPLY = "supplyAsync";
  private static final String EXIT = "onExit";
  private static final Set<String> METHODS = Set.of(RUN, SUPPLY, EXIT);

  private static final ArchRule RULE =
      noClasses()
          .should()
          .callMethod(CompletableFuture.class, RUN, Runnable.class)
          .orShould()
          .callMethod(CompletableFuture.class, SUPPLY, Supplier.class)
          .orShould()
          .callMethod(Process.class, EXIT);

  @Test
  void everyTaskHasItsExecutor() {
    RULE.check(Modules.classes());
    RULE.check(Modules.testsThatName(METHODS).that(not(type(Shared.class))));
  }

  @Test
  void theRuleSeesTasksThatHaveNone() {
    assertThat(Modules.testsThatName(METHODS).contain(Shared.class)).isTrue();
    assertThatThrownBy(() -> RULE.check(new ClassFileImporter().importClasses(Shared.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("runAsync");
  }

  @SuppressWarnings("UnusedVariable") // the rule looks at it
  private static final class Shared {
    final CompletableFuture<Void> task = CompletableFuture.runAsync(() -> {});
  }
}
