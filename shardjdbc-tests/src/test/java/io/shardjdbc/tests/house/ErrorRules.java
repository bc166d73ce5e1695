package io.shardjdbc.tests.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How errors are told apart: by what they carry, never by the words of their messages. */
abstract class ErrorRules {

  private static final Set<String> COMPARING =
      Set.of(
          "startsWith",
          "endsWith",
          "contains",
          "equals",
          "equalsIgnoreCase",
          "indexOf",
          "matches",
          "regionMatches",
          "matcher",
          "substring");

  private static final ArchRule RULE =
      codeUnits()
          .that()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage("io.shardjdbc.testkit..")
          .should(
              new ArchCondition<JavaCodeUnit>("decide nothing by the message of an exception") {
                @Override
                public void check(JavaCodeUnit unit, ConditionEvents events) {
                  Set<JavaMethodCall> calls = unit.getMethodCallsFromSelf();
                  if (calls.stream().anyMatch(ErrorRules::readsAMessage)
                      && calls.stream().anyMatch(ErrorRules::comparesText)) {
                    events.add(SimpleConditionEvent.violated(unit, unit.getFullName()));
                  }
                }
              });

  @Test
  void nobodyDecidesByAMessage() {
    RULE.check(Modules.classes());
  }

  @Test
  void theRuleSeesThoseWhoDo() {
    assertThatThrownBy(() -> RULE.check(new ClassFileImporter().importClasses(Guessing.class)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("isUnavailable");
  }

  private static boolean readsAMessage(JavaMethodCall call) {
    JavaClass owner = call.getTargetOwner();
    return call.getName().equals("getMessage") && owner.isAssignableTo(Throwable.class);
  }

  private static boolean comparesText(JavaMethodCall call) {
    String owner = call.getTargetOwner().getName();
    return COMPARING.contains(call.getName()) && owner.startsWith("java.");
  }

  private static final class Guessing {
    static boolean isUnavailable(SQLException e) {
      String message = e.getMessage();
      return message != null && message.startsWith("SJ0501:");
    }
  }
}
