package io.shardjdbc.tests.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.TryCatchBlock;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Refusals are values: planners do not throw them to one another. */
abstract class RefusalRules {

  private static final String REFUSAL = "io.shardjdbc.routing.RoutingException";

  /** Where a refusal that was thrown becomes something else, and why that is no control flow. */
  private static final Set<String> CATCHING =
      Set.of(
          "io.shardjdbc.routing.plan.result.Trial", // a value, at the end of planning
          "io.shardjdbc.routing.yaml.YamlNode", // the same with its line in the file
          "io.shardjdbc.error.Asking", // an SQLException
          "io.shardjdbc.catalog.SessionTraces"); // what was known before, while no primary answers

  private static final ArchRule RULE =
      classes()
          .should(
              new ArchCondition<JavaClass>("leave refusals to those who end them") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  if (catches(type) && !CATCHING.contains(type.getName())) {
                    events.add(SimpleConditionEvent.violated(type, type + " catches " + REFUSAL));
                  }
                }
              });

  private static boolean catches(JavaClass type) {
    for (JavaCodeUnit unit : type.getCodeUnits()) {
      for (TryCatchBlock block : unit.getTryCatchBlocks()) {
        if (block.getCaughtThrowables().stream().anyMatch(c -> c.getName().equals(REFUSAL))) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void onlyThoseCatchRefusalsThatEndThem() {
    RULE.check(Modules.classes());
  }

  @Test
  void theListHasNobodyWhoDoesNot() {
    Set<String> catching = new TreeSet<>();
    for (JavaClass type : Modules.classes()) {
      if (catches(type)) {
        catching.add(type.getName());
      }
    }
    assertThat(catching).containsExactlyInAnyOrderElementsOf(CATCHING);
  }

  @Test
  void theRuleSeesThoseWhoDo() {
    assertThatThrownBy(() -> RULE.check(new ClassFileImporter().importClasses(Trying.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Trying");
  }

  @SuppressWarnings("UnusedMethod") // the rule looks at it
  private static final class Trying {
    static boolean isRefused(Runnable way) {
      try {
        way.run();
        return false;
      } catch (io.shardjdbc.routing.RoutingException e) {
        return true;
      }
    }
  }
}
