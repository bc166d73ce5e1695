package io.shardjdbc.tests.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.InstanceofCheck;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How routes and merges are told apart: by their fold, so that no kind can be forgotten. */
abstract class RouteRules {

  private static final List<String> FAMILIES =
      List.of("io.shardjdbc.routing.route.Route", "io.shardjdbc.routing.route.Merge");

  private static final ArchRule RULE =
      classes()
          .should(
              new ArchCondition<JavaClass>("tell routes and merges apart by their fold alone") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  for (InstanceofCheck check : type.getInstanceofChecks()) {
                    if (FAMILIES.stream().anyMatch(check.getRawType()::isAssignableTo)) {
                      events.add(SimpleConditionEvent.violated(type, check.toString()));
                    }
                  }
                }
              });

  @Test
  void nobodyAsksForTheTypeOfARouteOrAMerge() {
    assertThat(Modules.classes()).anyMatch(type -> FAMILIES.contains(type.getName()));
    RULE.check(Modules.classes());
  }

  @Test
  void theRuleSeesThoseWhoDo() {
    assertThatThrownBy(() -> RULE.check(new ClassFileImporter().importClasses(Asking.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("OneShard");
  }

  private static final class Asking {
    static boolean isOne(io.shardjdbc.routing.route.Route route) {
      return route instanceof io.shardjdbc.routing.route.OneShard;
    }
  }
}
